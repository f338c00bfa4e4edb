package layers

// Constraint is a projection of a weight after each training step
// (keras/src/constraints/constraints.py). Package train applies it.
type Constraint struct {
	Kind     ConstraintKind
	Min, Max float64 // MaxNorm, MinMaxNorm
	Rate     float64 // MinMaxNorm
	Axes     []int   // along which a norm is taken
}

// ConstraintKind names a constraint.
type ConstraintKind string

// Keras' constraints, and Abs, which is kerasrun's own: |w|.
const (
	NonNeg     ConstraintKind = "NonNeg"
	MaxNorm    ConstraintKind = "MaxNorm"
	UnitNorm   ConstraintKind = "UnitNorm"
	MinMaxNorm ConstraintKind = "MinMaxNorm"
	Abs        ConstraintKind = "Abs"
)

func (c *Constraint) DecodeOption(d *Decoder, v any) {
	class, config, ok := "", map[string]any{}, true
	if s, isString := v.(string); isString {
		class = s
	} else {
		class, config, ok = ClassAndConfig(v)
	}
	if !ok {
		d.Broken("must be a constraint, received %s", Brief(v))
		return
	}
	number := func(key string, otherwise float64) float64 {
		x, given := config[key]
		if !given {
			return otherwise
		}
		f, isNumber := Float(x)
		if !isNumber {
			d.Broken("%s must be a number, received %s", key, Brief(x))
		}
		return f
	}
	c.Axes = []int{0}
	switch axis := config["axis"].(type) {
	case nil:
	case []any:
		if c.Axes, ok = Ints(axis); !ok {
			d.Broken("axis must be integers, received %s", Brief(axis))
		}
	default:
		if c.Axes[0], ok = Int(axis); !ok {
			d.Broken("axis must be an integer, received %s", Brief(axis))
		}
	}
	switch class {
	case "NonNeg", "non_neg", "nonneg":
		c.Kind = NonNeg
	case "MaxNorm", "max_norm", "maxnorm":
		c.Kind, c.Max = MaxNorm, number("max_value", 2)
	case "UnitNorm", "unit_norm", "unitnorm":
		c.Kind = UnitNorm
	case "MinMaxNorm", "min_max_norm", "minmaxnorm":
		c.Kind, c.Min, c.Max, c.Rate = MinMaxNorm, number("min_value", 0), number("max_value", 1), number("rate", 1)
	default:
		d.Unsupported("constraint %s", Brief(v))
	}
}
