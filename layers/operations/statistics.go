package operations

import (
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	registerOperation("Average", func(o *opCall) v {
		x, axes := o.f(), o.axes("axis")
		given := o.arg(1, "weights")
		if given == nil {
			return o.Mean(x, axes, false)
		}
		w := o.Cast(o.value(given), runtime.Float32)
		if w.Rank() == x.Rank() {
			return o.Div(o.Sum(o.Mul(x, w), axes, false), o.Sum(w, axes, false))
		}
		if w.Rank() != 1 || len(axes) != 1 {
			return o.fail("weights of the tensor's shape or of one axis wanted, received %s", w.Shape)
		}
		return o.Div(o.summed(x, w, axes, []int{0}), o.Sum(w, nil, false))
	}, "axis")
	registerOperations("Moments", func(o *opCall) []v {
		x, axes, keep := o.f(), o.axes("axes"), o.flag("keepdims", false)
		return []v{o.Mean(x, axes, keep), variance(o, x, axes, keep)}
	}, "axes", "keepdims", "synchronized")
	for class, c := range map[string]struct {
		neutral float64 // what NaN counts as
		f       func(o *opCall, x, valid v, axes []int, keep bool) v
	}{
		"Nansum":  {0, func(o *opCall, x, _ v, axes []int, keep bool) v { return o.Sum(x, axes, keep) }},
		"Nanprod": {1, func(o *opCall, x, _ v, axes []int, keep bool) v { return o.Prod(x, axes, keep) }},
		"Nanmax":  {math.Inf(-1), nanOfNone((*runtime.Builder).Max)},
		"Nanmin":  {math.Inf(1), nanOfNone((*runtime.Builder).Min)},
		"Nanmean": {0, nanMean},
		"Nanvar":  {0, nanVariance},
		"Nanstd": {0, func(o *opCall, x, valid v, axes []int, keep bool) v {
			return o.Sqrt(nanVariance(o, x, valid, axes, keep))
		}},
	} {
		registerOperation(class, func(o *opCall) v {
			x := o.f()
			valid := o.Equal(x, x)
			clean := o.Select(valid, x, o.Scalar(float32(c.neutral)))
			y := c.f(o, clean, o.Cast(valid, runtime.Float32), o.axes("axis"), o.flag("keepdims", false))
			if d := o.x().DType; d != runtime.Float32 && class != "Nanmean" && class != "Nanvar" && class != "Nanstd" {
				return o.Cast(y, d)
			}
			return y
		}, "axis", "keepdims")
	}
	for class, sign := range map[string]float32{"Nanargmax": 1, "Nanargmin": -1} {
		registerOperation(class, func(o *opCall) v {
			x := o.Mul(o.f(), o.Scalar(sign))
			valid := o.Equal(x, x)
			place := o.first(o.Select(valid, x, o.Neg(o.infinity())))
			none := o.Equal(o.Max(o.Cast(valid, runtime.Float32), o.axes("axis"), o.flag("keepdims", false)), o.Scalar(0))
			return o.Select(none, o.Cast(o.Scalar(-1), runtime.Int32), place)
		}, "axis", "keepdims")
	}
	registerOperation("Median", func(o *opCall) v { return o.quantile(o.f(), []float64{0.5}, true, "linear") }, "axis", "keepdims")
	// Keras stores the method of Quantile and does not apply it (keras/src/ops/numpy.py).
	registerOperation("Quantile", func(o *opCall) v { return o.quantiles(1, "linear") }, "axis", "method", "keepdims")
	registerOperation("Percentile", func(o *opCall) v { return o.quantiles(100, o.text("method", "linear")) }, "axis", "method", "keepdims")
	registerOperation("Corrcoef", func(o *opCall) v {
		x := o.f()
		if x.Rank() == 1 {
			return o.Scalar(1)
		}
		x = o.Sub(x, o.Mean(x, []int{-1}, true))
		c := o.MatMulT(x, x, false, true)
		d := o.Sqrt(o.Sum(o.Square(x), []int{-1}, true))
		return o.ClipByValue(o.Div(c, o.MatMulT(d, d, false, true)), -1, 1)
	})
}

func nanMean(o *opCall, x, valid *runtime.Value, axes []int, keep bool) *runtime.Value {
	return o.Div(o.Sum(x, axes, keep), o.Sum(valid, axes, keep))
}

func nanVariance(o *opCall, x, valid *runtime.Value, axes []int, keep bool) *runtime.Value {
	mean := o.Div(o.Sum(x, axes, true), o.Sum(valid, axes, true))
	return o.Div(o.Sum(o.Mul(o.Square(o.Sub(x, mean)), valid), axes, keep), o.Sum(valid, axes, keep))
}

// nanOfNone folds, and is NaN where nothing is valid.
func nanOfNone(fold func(b *runtime.Builder, x *runtime.Value, axes []int, keep bool) *runtime.Value) func(o *opCall, x, valid *runtime.Value, axes []int, keep bool) *runtime.Value {
	return func(o *opCall, x, valid *runtime.Value, axes []int, keep bool) *runtime.Value {
		none := o.Equal(o.Max(valid, axes, keep), o.Scalar(0))
		return o.Select(none, o.Scalar(float32(math.NaN())), fold(o.Builder, x, axes, keep))
	}
}

// quantiles reads the constant shares q, of that whole.
func (o *opCall) quantiles(whole float64, method string) *runtime.Value {
	c := o.value(o.arg(1, "q")).Constant()
	if c == nil || len(c.Shape()) > 1 {
		return o.fail("a constant number or list q is wanted")
	}
	shares := make([]float64, c.Len())
	for i := range shares {
		shares[i] = numberAt(c, i) / whole
		if whole == 100 { // Keras divides in float32
			shares[i] = float64(float32(numberAt(c, i)) / 100)
		}
		if !(shares[i] >= 0 && shares[i] <= 1) {
			return o.fail("q must lie between 0 and %v, received %v", whole, numberAt(c, i))
		}
	}
	return o.quantile(o.f(), shares, len(c.Shape()) == 0, method)
}

// numberAt reads an element of a constant.
func numberAt(t *runtime.Tensor, i int) float64 {
	switch t.DType() {
	case runtime.Float32:
		return float64(t.Float32s()[i])
	case runtime.Int32:
		return float64(t.Int32s()[i])
	case runtime.Int64:
		return float64(t.Int64s()[i])
	}
	return math.NaN()
}

// quantile interpolates between the neighbours of each share of the sorted
// elements, or takes one of them, as the method says. The shares become the first axis unless there is a single one alone.
func (o *opCall) quantile(x *runtime.Value, shares []float64, alone bool, method string) *runtime.Value {
	axes := o.places(x.Rank(), o.axes("axis"))
	if o.options["axis"] == nil {
		axes = rising(x.Rank())
	}
	nan := o.Greater(o.Max(o.Cast(o.NotEqual(x, x), runtime.Float32), axes, false), o.Scalar(0))
	sorted := o.flattenLast(x, axes)
	n := sorted.Shape[sorted.Rank()-1]
	if n < 1 {
		return o.fail("quantiles along an axis of size %d: wanted a known one of at least 1", n)
	}
	sorted = o.TakeAlong(sorted, o.Order(sorted, false))
	at := func(i int) *runtime.Value { return o.Squeeze(o.lastFrom(sorted, i, i+1), sorted.Rank()-1) }
	parts := make([]*runtime.Value, len(shares))
	for i, q := range shares {
		exact := float64(n-1) * q
		lower, upper := int(math.Floor(exact)), int(math.Ceil(exact))
		switch method {
		case "linear":
			from := max(upper-1, 0)
			to := min(from+1, n-1)
			f := float32(float64(to) - exact)
			parts[i] = o.Add(o.Mul(at(to), o.Scalar(1-f)), o.Mul(at(from), o.Scalar(f)))
		case "lower":
			parts[i] = at(lower)
		case "higher":
			parts[i] = at(upper)
		case "nearest":
			parts[i] = at(int(math.RoundToEven(exact)))
		case "midpoint":
			parts[i] = o.Mul(o.Scalar(0.5), o.Add(at(lower), at(upper)))
		default:
			return o.fail("quantiles with method=%s", method)
		}
		parts[i] = o.Select(nan, o.Scalar(float32(math.NaN())), parts[i])
		if o.flag("keepdims", false) {
			slices.Sort(axes)
			for _, a := range axes {
				parts[i] = o.ExpandDims(parts[i], a)
			}
		}
		if !alone {
			parts[i] = o.ExpandDims(parts[i], 0)
		}
	}
	if alone {
		return parts[0]
	}
	return o.Concat(0, parts...)
}

// flattenLast makes one last axis of the given axes.
func (o *opCall) flattenLast(x *runtime.Value, axes []int) *runtime.Value {
	var perm, sizes []int
	for a := range x.Rank() {
		if !slices.Contains(axes, a) {
			sizes = append(sizes, runtime.CopyAxis(len(perm)))
			perm = append(perm, a)
		}
	}
	if len(perm) == 0 {
		return o.Reshape(x, runtime.Infer)
	}
	return o.Reshape(o.Transpose(x, append(perm, axes...)...), append(sizes, runtime.Infer)...)
}
