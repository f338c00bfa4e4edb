package lab

import (
	"math"

	"github.com/kerasrun/kerasrun/keras"
)

// curve is a head as a function of single numbers: what it computes, its derivative,
// its inverse on one branch, and the range of it.
type curve struct {
	value, slope, inverse func(x float64) float64
	lo, hi                float64
}

// gives reports whether the head has this answer inside of its range.
func (h *curve) gives(y float64) bool { return y > h.lo && y < h.hi }

// curveOf returns the head of a column, nil where that stays linear.
func curveOf(o keras.HeadOptions, column int) *curve {
	head := o.Head
	if o.Columns != nil {
		if head = o.Columns[column]; head == "" {
			return nil
		}
	}
	h := plainCurve(head, o.Beta)
	if o.Range == [2]float64{} {
		return h
	}
	offset, scale := o.Range[0], 1.0
	if !math.IsInf(h.hi, 1) {
		scale = o.Range[1] - offset
	}
	moved := &curve{lo: offset, hi: o.Range[1]}
	moved.value = func(x float64) float64 { return math.Min(offset+scale*h.value(x), o.Range[1]) }
	moved.slope = func(x float64) float64 {
		if head == keras.ReLU && x >= o.Range[1]-offset {
			return 0
		}
		return scale * h.slope(x)
	}
	moved.inverse = func(y float64) float64 { return h.inverse((y - offset) / scale) }
	return moved
}

func plainCurve(head keras.Head, beta float64) *curve {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	h := &curve{lo: 0, hi: inf}
	switch head {
	case keras.ReLU:
		h.value = func(x float64) float64 { return math.Max(x, 0) }
		h.slope = func(x float64) float64 { return step(x) }
		h.inverse = func(y float64) float64 { return y }
	case keras.Softplus:
		if beta == 0 {
			beta = 1
		}
		h.value = func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-beta*math.Abs(x)))/beta }
		h.slope = func(x float64) float64 { return sigmoid(beta * x) }
		h.inverse = func(y float64) float64 { return y + math.Log(-math.Expm1(-beta*y))/beta }
	case keras.Sigmoid, keras.ShiftedTanh:
		k := 1.0
		if head == keras.ShiftedTanh { // (tanh(x) + 1)/2 = sigmoid(2x)
			k = 2
		}
		h.hi = 1
		h.value = func(x float64) float64 { return sigmoid(k * x) }
		h.slope = func(x float64) float64 { return k * sigmoid(k*x) * sigmoid(-k*x) }
		h.inverse = func(y float64) float64 { return (math.Log(y) - math.Log1p(-y)) / k }
	case keras.Exp:
		h.value, h.slope, h.inverse = math.Exp, math.Exp, math.Log
	case keras.Square:
		h.value = square
		h.slope = func(x float64) float64 { return 2 * x }
		h.inverse = math.Sqrt
	case keras.Abs:
		h.value = math.Abs
		h.slope = func(x float64) float64 { return math.Copysign(1, x) }
		h.inverse = func(y float64) float64 { return y }
	case keras.SoftAbs:
		h.value = func(x float64) float64 {
			m := math.Min(math.Abs(x), 1)
			return m*m/2 + math.Abs(x) - m
		}
		h.slope = func(x float64) float64 { return math.Min(math.Max(x, -1), 1) }
		h.inverse = func(y float64) float64 {
			if y < 0.5 {
				return math.Sqrt(2 * y)
			}
			return y + 0.5
		}
	}
	return h
}

func step(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}
