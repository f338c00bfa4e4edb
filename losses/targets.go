package losses

import "math"

// Targets says which targets a loss has a meaning for.
type Targets struct {
	Least, Most float64
	NoZero      bool // zeros make the loss huge
	Required    bool // others are an error in Keras too, not only a bad sign
	Except      *int // a class that is left out, whatever its number
}

// Has tells whether a target suits.
func (t Targets) Has(y float64) bool {
	return t.Except != nil && y == float64(*t.Except) || y >= t.Least && y <= t.Most && !(t.NoZero && y == 0)
}

// TargetsOf returns the targets that suit a loss whose predictions have a last axis
// of that size.
func TargetsOf(l Loss, classes int) Targets {
	all := Targets{Least: math.Inf(-1), Most: math.Inf(1)}
	unit := Targets{Least: 0, Most: 1}
	numbers := Targets{Least: 0, Most: float64(classes - 1), Required: true}
	switch l := l.(type) {
	case *SparseCategoricalCrossentropy:
		numbers.Except = l.IgnoreClass
		return numbers
	case *CategoricalGeneralizedCrossEntropy, *CTC:
		return numbers
	case *BinaryCrossentropy, *CategoricalCrossentropy, *BinaryFocalCrossentropy, *CategoricalFocalCrossentropy, *KLDivergence, *Dice, *Tversky, *CategoricalHinge:
		return unit
	case *Hinge, *SquaredHinge:
		return Targets{Least: -1, Most: 1}
	case *Poisson, *MeanSquaredLogarithmicError:
		return Targets{Least: 0, Most: math.Inf(1)}
	case *MeanAbsolutePercentageError:
		all.NoZero = true
	}
	return all
}
