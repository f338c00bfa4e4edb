package runtime

import (
	"math"
	"slices"
)

// node bounds what a node gives.
func (w *bounding) node(n *node) {
	if w.of[n.out[0]] != nil {
		return // an input
	}
	for _, v := range n.out {
		w.of[v] = anything(len(v.Shape))
	}
	if n.out[0].DType != Float32 {
		return
	}
	in := make([]*bound, len(n.in))
	for i, v := range n.in {
		in[i] = w.of[v]
	}
	rank := len(n.out[0].Shape)
	var b *bound
	switch o := n.op.(type) {
	case constant:
		b = known(o.t)
	case parameter:
		if !w.anyParameters {
			b = known(o.t)
		}
	case unary:
		b = o.bounds(in[0])
	case binary:
		b = w.binary(n, o, in)
	case matmul:
		b = o.bounds(n, in)
	case conv:
		b = o.bounds(n, in)
	case stopGradient, straightThrough:
		b = in[0]
	case choose:
		b = hull(rank, in[1], in[2])
	case cast:
		if n.in[0].DType == Bool {
			b = within(rank, 0, 1, false)
		}
	case softmax:
		if !o.log {
			b = within(rank, 0, up32(1+1e-5), in[0].nan || in[0].unbounded())
		}
	case *recurrent:
		b = o.bounds(w, n)
	case attention:
		b = o.bounds(n, in)
	case layerNorm:
		b = o.bounds(n, in)
	case windowPool:
		if o.max {
			b = lastAxis(in[0])
		}
	case reduce:
		if o.reduceKind == reduceMaxKind || o.reduceKind == reduceMinKind {
			b = hull(rank, in[0])
		}
	case concat:
		b = o.bounds(n, in)
	case *reshape, *reshapeFrom, reshapeLike:
		b = reshaped(in[0], n.in[0].Shape, n.out[0].Shape)
	case *transpose:
		b = o.bounds(in[0])
	case *slice, broadcastTo:
		b = hull(rank, in[0])
	case *pad:
		b = hull(rank, in[0], within(rank, float64(o.value), float64(o.value), false))
	}
	if b != nil && len(b.shape) == rank {
		w.of[n.out[0]] = b
	}
}

// curves bound functions of single numbers: nondecreasing ones by their ends.
var curves = map[*unaryKind]func(o unary, x float64) float64{
	reluKind:     func(_ unary, x float64) float64 { return math.Max(x, 0) },
	expKind:      func(_ unary, x float64) float64 { return math.Exp(x) },
	sigmoidKind:  func(_ unary, x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	tanhKind:     func(_ unary, x float64) float64 { return math.Tanh(x) },
	erfKind:      func(_ unary, x float64) float64 { return math.Erf(x) },
	softplusKind: func(_ unary, x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
	clampKind:    func(o unary, x float64) float64 { return math.Min(math.Max(x, float64(o.p)), float64(o.q)) },
	clipKind:     func(o unary, x float64) float64 { return math.Min(math.Max(x, float64(o.p)), float64(o.q)) },
	floorKind:    func(_ unary, x float64) float64 { return math.Floor(x) },
	roundKind:    func(_ unary, x float64) float64 { return math.RoundToEven(x) },
}

// exact are those of them that round nothing.
var exact = []*unaryKind{reluKind, clampKind, clipKind, floorKind, roundKind}

// ranges are what the others never leave, however they round.
var ranges = map[*unaryKind][2]float64{
	expKind: {0, math.Inf(1)}, sigmoidKind: {0, 1}, tanhKind: {-1, 1}, erfKind: {-1, 1}, softplusKind: {0, math.Inf(1)},
}

// slack is how far a function's result may be from the true one, relatively: several
// times what the tests of the kernels allow.
const slack = 0x1p-19

func (o unary) bounds(x *bound) *bound {
	b := &bound{shape: x.shape, nan: x.nan, lo: slices.Clone(x.lo), hi: slices.Clone(x.hi)}
	if x.nan && o.unaryKind != negKind && o.unaryKind != absKind && o.unaryKind != squareKind {
		for i := range b.lo { // a function may make a number of NaN
			b.lo[i], b.hi[i] = math.Inf(-1), math.Inf(1)
		}
	}
	f, rising := curves[o.unaryKind]
	for i := range b.lo {
		lo, hi := b.lo[i], b.hi[i]
		least := math.Max(0, math.Max(lo, -hi)) // of |x|
		switch {
		case rising:
			lo, hi = f(o, lo), f(o, hi)
		case o.unaryKind == negKind:
			lo, hi = -hi, -lo
		case o.unaryKind == absKind:
			lo, hi = least, math.Max(math.Abs(lo), math.Abs(hi))
		case o.unaryKind == squareKind:
			lo, hi = least*least, math.Max(lo*lo, hi*hi)
		case o.unaryKind == rsqrtKind && lo > 0:
			lo, hi = 1/math.Sqrt(hi), 1/math.Sqrt(lo)
		case o.unaryKind == recipKind && (lo > 0 || hi < 0):
			lo, hi = 1/hi, 1/lo
		case o.unaryKind == sqrtKind && lo >= 0:
			lo, hi = math.Sqrt(lo), math.Sqrt(hi)
		case o.unaryKind == leakyReluKind && o.p >= 0:
			lo, hi = leaky(lo, float64(o.p)), leaky(hi, float64(o.p))
		default:
			return nil
		}
		if !slices.Contains(exact, o.unaryKind) && o.unaryKind != negKind && o.unaryKind != absKind {
			lo, hi = lo-math.Abs(lo)*slack, hi+math.Abs(hi)*slack
			if r, ok := ranges[o.unaryKind]; ok {
				lo, hi = math.Max(lo, r[0]), math.Min(hi, r[1])
			}
			if o.unaryKind == squareKind || o.unaryKind == sqrtKind {
				lo = math.Max(lo, 0)
			}
		}
		b.lo[i], b.hi[i] = lo, hi
	}
	return b.round()
}

func leaky(x, slope float64) float64 {
	if x < 0 {
		return x * slope
	}
	return x
}

// binary bounds an operation of two numbers.
func (w *bounding) binary(n *node, o binary, in []*bound) *bound {
	x, y := in[0], in[1]
	switch o.binaryKind {
	case addKind:
		return combine(x, y, summed, plus)
	case subKind:
		if b := rest(n, x); b != nil {
			return b
		}
		return combine(x, negative(y), summed, plus)
	case mulKind:
		if n.in[0] == n.in[1] {
			return unary{unaryKind: squareKind}.bounds(x)
		}
		return combine(x, y, scaledBy, times)
	case divKind:
		if r := (unary{unaryKind: recipKind}).bounds(y); r != nil && !y.nan {
			return widen(combine(x, r, apart, times))
		}
	case maxKind, minKind:
		if isNegative(n.in[1], n.in[0]) && o.binaryKind == maxKind {
			return unary{unaryKind: absKind}.bounds(x)
		}
		f := math.Max
		if o.binaryKind == minKind {
			f = math.Min
		}
		if x.nan || y.nan { // the larger of a number and NaN may be the number
			return hull(len(n.out[0].Shape), x, y)
		}
		return combine(x, y, apart, func(a, b ends) (ends, bool) { return ends{f(a.lo, b.lo), f(a.hi, b.hi)}, false })
	}
	return nil
}

// isNegative reports whether v is -x.
func isNegative(v, x *Value) bool {
	if u, ok := v.node.op.(unary); ok && u.unaryKind == negKind {
		return v.node.in[0] == x
	}
	b, ok := v.node.op.(binary)
	switch {
	case !ok:
		return false
	case b.binaryKind == addKind && isNumber(v.node.in[1], 0): // as Rescaling without an offset has it
		return isNegative(v.node.in[0], x)
	}
	return b.binaryKind == mulKind && v.node.in[0] == x && isNumber(v.node.in[1], -1)
}

// isNumber reports whether v is one known number.
func isNumber(v *Value, number float32) bool {
	c := v.Constant()
	return c != nil && c.Len() == 1 && c.dtype == Float32 && c.Float32s()[0] == number
}

// rest bounds x - clamp(x), which rises with x.
func rest(n *node, x *bound) *bound {
	u, ok := n.in[1].node.op.(unary)
	if !ok || u.unaryKind != clampKind && u.unaryKind != clipKind {
		return nil
	}
	source := n.in[1].node.in[0]
	if r, ok := source.node.op.(unary); ok && r.unaryKind == reluKind && u.p == 0 { // as ReLU with an upper end has it
		source = source.node.in[0]
	}
	if source != n.in[0] {
		return nil
	}
	b := &bound{shape: x.shape, nan: x.nan} // NaN less anything is NaN
	for i := range x.lo {
		cut := func(v float64) float64 { return v - curves[clampKind](u, v) }
		b.lo, b.hi = append(b.lo, cut(x.lo[i])), append(b.hi, cut(x.hi[i]))
	}
	return b.round()
}

// widen adds what a second rounding may do.
func widen(b *bound) *bound {
	for i := range b.lo {
		b.lo[i], b.hi[i] = b.lo[i]-math.Abs(b.lo[i])*slack, b.hi[i]+math.Abs(b.hi[i])*slack
	}
	return b.round()
}

func negative(x *bound) *bound {
	b := &bound{shape: x.shape, nan: x.nan, terms: x.terms, roundings: x.roundings}
	for i := range x.lo {
		b.lo, b.hi = append(b.lo, -x.hi[i]), append(b.hi, -x.lo[i])
	}
	return b
}
