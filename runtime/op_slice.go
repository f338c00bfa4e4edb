package runtime

import "fmt"

// Range is the part of an axis that Slice takes: elements From, From+Step, …
// before To (after To when Step is negative). Whole takes all of it.
type Range struct{ From, To, Step int }

// End, as Range.To or Range.From, is the end of the axis whatever its size.
// Other negative bounds count from the end, as in Python.
const End = int(^uint(0)>>1) - 1

// Whole is the range of a whole axis.
var Whole = Range{0, End, 1}

// slice takes a range of every axis.
type slice struct{ ranges []Range }

func (o *slice) name() string { return "slice" }

// on returns first element and count of the range on an axis of size n, by
// Python's rules.
func (r Range) on(n int) (from, count int) {
	bound := func(v, least, most int) int {
		if v < 0 {
			v += n
		}
		return min(max(v, least), most)
	}
	if r.Step > 0 {
		from, to := bound(r.From, 0, n), bound(r.To, 0, n)
		return from, max(0, (to-from+r.Step-1)/r.Step)
	}
	from, to := bound(r.From, -1, n-1), -1 // End is all the way down
	if r.To != End {
		to = bound(r.To, -1, n-1)
	}
	return from, max(0, (from-to-r.Step-1)/-r.Step)
}

func (o *slice) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	if len(o.ranges) != len(s) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("rank %d", len(o.ranges)), Received: s.String()}
	}
	out := make(Shape, len(s))
	for i, r := range o.ranges {
		switch {
		case r.Step == 0:
			return nil, &ShapeError{Wanted: "steps other than 0", Received: fmt.Sprint(r)}
		case s[i] >= 0:
			_, out[i] = r.on(s[i])
		case r == Whole:
			out[i] = Unknown
		default:
			out[i] = Unknown
		}
	}
	return []Type{{in[0].DType, out}}, nil
}

func (o *slice) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && len(o.ranges) > 0 && o.ranges[0] == Whole
}

// runs are the pieces of the last axis that a slice takes: run i starts at the
// large tensor's element at(i) and at the small one's element i*length.
type runs struct {
	count, length int
	step          int // from element to element of a run in the large tensor
	first         int
	dims, strides []int // of the axes before the last
}

func (o *slice) runs(large, small Shape) *runs {
	last := len(large) - 1
	if last < 0 {
		return &runs{count: 1, length: 1, step: 1}
	}
	r := &runs{length: small[last], dims: small[:last], strides: make([]int, last)}
	r.count = Shape(r.dims).size()
	n := 1
	for a := last; a >= 0; a-- {
		from, _ := o.ranges[a].on(large[a])
		r.first += from * n
		if step := o.ranges[a].Step * n; a == last {
			r.step = step
		} else {
			r.strides[a] = step
		}
		n *= large[a]
	}
	return r
}

func (r *runs) at(i int) int {
	at := r.first
	for a := len(r.dims) - 1; a >= 0; a-- {
		at += i % r.dims[a] * r.strides[a]
		i /= r.dims[a]
	}
	return at
}

func (o *slice) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	r := o.runs(x.Shape, y.Shape)
	return serial(y.len, func(f *frame) {
		for i := range r.count {
			at, to := r.at(i), i*r.length
			if r.step == 1 {
				copy(f.raw(y, to, r.length), f.raw(x, at, r.length))
				continue
			}
			for k := range r.length {
				copy(f.raw(y, to+k, 1), f.raw(x, at+k*r.step, 1))
			}
		}
	})
}

func (o *slice) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.apply(&unslice{*o}, dout[0], n.in[0])}
}

// unslice puts its first input into zeros of the second's shape, where slice
// took it from.
type unslice struct{ slice }

func (o *unslice) name() string { return "unslice" }

func (o *unslice) infer(in []Type) ([]Type, error) {
	return []Type{{in[0].DType, in[1].Shape}}, nil
}

func (o *unslice) keepsRows(n *node, rows []bool) bool { return o.slice.keepsRows(n, rows) && rows[1] }

func (o *unslice) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	r := o.runs(y.Shape, x.Shape)
	return serial(y.len, func(f *frame) {
		clear(f.bytes(y))
		if x.len == 0 {
			return
		}
		for i := range r.count {
			at, to := r.at(i), i*r.length
			if r.step == 1 {
				copy(f.raw(y, at, r.length), f.raw(x, to, r.length))
				continue
			}
			for k := range r.length {
				copy(f.raw(y, at+k*r.step, 1), f.raw(x, to+k, 1))
			}
		}
	})
}

func (o *unslice) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.apply(&o.slice, dout[0]), nil}
}

// Slice adds a range of every axis; missing ranges are Whole.
func (b *Builder) Slice(x *Value, ranges ...Range) *Value {
	full := append([]Range{}, ranges...)
	for len(full) < x.Rank() {
		full = append(full, Whole)
	}
	return b.apply(&slice{full}, x)
}
