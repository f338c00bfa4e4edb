package runtime

import (
	"fmt"
	"math"
)

// Box bounds the elements of a tensor. Shape has the tensor's rank; an axis of size 1
// stands for all places along it, as the batch's does.
type Box struct {
	Shape  Shape
	Lo, Hi []float32 // in row-major order of Shape; may be infinite
	NaN    bool      // elements may also be no numbers
}

// BoxOf is the box of a tensor of which all elements lie between two numbers.
func BoxOf(t Type, lo, hi float32) Box {
	b := Box{Shape: make(Shape, len(t.Shape)), Lo: []float32{lo}, Hi: []float32{hi}}
	for i := range b.Shape {
		b.Shape[i] = 1
	}
	return b
}

// Bounds returns a box for each output that none of its elements leaves, whatever
// elements of the given boxes the inputs have: the arithmetic of intervals, in which
// every rounding of float32 is counted, in whatever order a sum is taken and whatever
// the rewrites of Compile join. What an operation does that it does not know is taken
// for anything. A sum whose terms grow beyond float32 may be no number, which NaN says;
// the bounds hold for all that are numbers.
func (g *Graph) Bounds(inputs []Box) ([]Box, error) {
	if len(inputs) != len(g.inputs) {
		return nil, &ShapeError{What: "bounds", Wanted: fmt.Sprintf("%d inputs", len(g.inputs)), Received: fmt.Sprint(len(inputs))}
	}
	w := &bounding{of: map[*Value]*bound{}}
	for i, v := range g.inputs {
		b, err := boundOf(inputs[i], v)
		if err != nil {
			return nil, err
		}
		w.of[v] = b
	}
	return w.walk(g), nil
}

// Reach is Bounds for inputs and parameters of any value: what no training changes.
func (g *Graph) Reach() []Box {
	w := &bounding{of: map[*Value]*bound{}, anyParameters: true}
	for _, v := range g.inputs {
		w.of[v] = anything(len(v.Shape))
	}
	return w.walk(g)
}

// bounding is one walk over a graph.
type bounding struct {
	of            map[*Value]*bound
	anyParameters bool
}

func (w *bounding) walk(g *Graph) []Box {
	for _, n := range g.nodes {
		w.node(n)
	}
	out := make([]Box, len(g.outputs))
	for i, v := range g.outputs {
		out[i] = w.of[v].box()
	}
	return out
}

// bound is a Box in float64, with what is needed to count roundings.
type bound struct {
	shape  Shape
	lo, hi []float64
	nan    bool

	// Of what comes from products by sums and multiplications by constants alone, which
	// may be computed in another order: the sum of the terms' magnitudes, and how many
	// roundings one of them goes through. terms is nil where nothing is summed.
	terms     []float64
	roundings int
}

const (
	unit = 1.0 / (1 << 24) // half the distance of 1 to the next float32
	tiny = 0x1p-126        // smaller numbers may be rounded to 0

	// mostBounds is how many elements are bounded one by one.
	mostBounds = 1 << 16
	mostKnown  = 1 << 22 // of weights
)

// boundOf checks a box and makes a bound of it.
func boundOf(x Box, v *Value) (*bound, error) {
	misfit := &ShapeError{What: "bounds", Wanted: v.Type.String(), Received: fmt.Sprintf("%v with %d and %d bounds", x.Shape, len(x.Lo), len(x.Hi))}
	if len(x.Shape) != len(v.Shape) || len(x.Lo) != x.Shape.size() || len(x.Hi) != len(x.Lo) {
		return nil, misfit
	}
	b := &bound{shape: x.Shape, nan: x.NaN}
	for i, d := range x.Shape {
		if d != 1 && d != v.Shape[i] {
			return nil, misfit
		}
	}
	for i := range x.Lo {
		if !(x.Lo[i] <= x.Hi[i]) {
			return nil, &ShapeError{What: "bounds", Wanted: "a lower end that is not above the upper one", Received: fmt.Sprintf("%g and %g", x.Lo[i], x.Hi[i])}
		}
		b.lo, b.hi = append(b.lo, float64(x.Lo[i])), append(b.hi, float64(x.Hi[i]))
	}
	return b, nil
}

func (b *bound) box() Box {
	x := Box{Shape: b.shape.clone(), NaN: b.nan}
	for i := range b.lo {
		x.Lo, x.Hi = append(x.Lo, float32(down32(b.lo[i]))), append(x.Hi, float32(up32(b.hi[i])))
	}
	return x
}

// down32 is the largest float32 that is not above x, up32 the smallest not below. What
// float32 may round to 0 counts as 0.
func down32(x float64) float64 {
	if x > 0 && x < tiny {
		return 0
	}
	f := float32(x)
	if float64(f) > x {
		f = math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return float64(f)
}

func up32(x float64) float64 { return -down32(-x) }

// anything is the bound of what is not known.
func anything(rank int) *bound {
	b := &bound{shape: make(Shape, rank), lo: []float64{math.Inf(-1)}, hi: []float64{math.Inf(1)}, nan: true}
	for i := range b.shape {
		b.shape[i] = 1
	}
	return b
}

// within is one bound for all elements.
func within(rank int, lo, hi float64, nan bool) *bound {
	b := anything(rank)
	b.lo[0], b.hi[0], b.nan = lo, hi, nan
	return b
}

// hull is one bound for all elements of all of these.
func hull(rank int, all ...*bound) *bound {
	b := within(rank, math.Inf(1), math.Inf(-1), false)
	for _, x := range all {
		b.nan = b.nan || x.nan
		for i := range x.lo {
			b.lo[0], b.hi[0] = math.Min(b.lo[0], x.lo[i]), math.Max(b.hi[0], x.hi[i])
		}
	}
	return b
}

// known is the bound of numbers that are there: one for all where they are many.
func known(t *Tensor) *bound {
	if t == nil || t.dtype != Float32 || t.Len() == 0 {
		return nil
	}
	all := within(len(t.shape), math.Inf(1), math.Inf(-1), false)
	for _, v := range t.Float32s() {
		if v != v {
			return nil
		}
		all.lo[0], all.hi[0] = math.Min(all.lo[0], float64(v)), math.Max(all.hi[0], float64(v))
	}
	if t.Len() > mostKnown {
		return all
	}
	b := &bound{shape: t.shape.clone(), lo: make([]float64, t.Len())}
	for i, v := range t.Float32s() {
		b.lo[i] = float64(v)
	}
	b.hi = b.lo
	return b
}

// magnitude is the largest absolute value of element i, or of the terms of its sum.
func (b *bound) magnitude(i int) float64 {
	if b.terms != nil {
		return b.terms[i]
	}
	return math.Max(math.Abs(b.lo[i]), math.Abs(b.hi[i]))
}

// unbounded reports whether an element may be infinite.
func (b *bound) unbounded() bool {
	for i := range b.lo {
		if math.IsInf(b.lo[i], 0) || math.IsInf(b.hi[i], 0) {
			return true
		}
	}
	return false
}

// round makes the bounds those of float32 results: of an operation that rounds once,
// or of one in a sum, whose terms have the given number of roundings.
func (b *bound) round() *bound {
	for i := range b.lo {
		off := 0.0
		if b.terms != nil {
			n := float64(b.roundings+2) * unit
			off = n/(1-n)*b.terms[i]*(1+1e-9) + float64(b.roundings)*tiny
		}
		b.lo[i], b.hi[i] = down32(b.lo[i]-off), up32(b.hi[i]+off)
		sum := 0.0
		if b.terms != nil {
			sum = b.terms[i] + off
		}
		if b.lo[i] != b.lo[i] || b.hi[i] != b.hi[i] || !(sum <= math.MaxFloat32) { // a part of the sum may be infinite
			b.lo[i], b.hi[i], b.nan = math.Inf(-1), math.Inf(1), true
		}
	}
	return b
}
