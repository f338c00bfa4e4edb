package runtime

import (
	"slices"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// operand is an input or output of an operation prepared for concrete shapes.
type operand struct {
	Type
	len    int
	slot   int
	tensor *Tensor // the data if it is known at compile time
	still  bool    // in the body of a loop: the same at every step
}

// constant returns the operand's data if it is known at compile time.
func (o *operand) constant() *Tensor { return o.tensor }

// operands is what an operation prepares its task from.
type operands struct {
	node    *node
	in, out []operand
	watch   *watch // of the call that the plan is made for
	taken   int    // bytes that the plan takes so far
	shared  *shared
	packs   []*Tensor // constants that the task reads packed alone
}

// prepare makes the task of the operation. A panic is an error.
func (a *operands) prepare() (t task, err error) {
	defer recoverAt(a.node, &err)
	if t, err = a.node.op.prepare(a); err == nil {
		err = a.watch.err()
	}
	return t, err
}

// packed returns the constant operand's matrix in panels, packing it once for
// all plans of the program. The matrix has the given rows and columns with
// these strides.
func (a *operands) packed(t *Tensor, k, n, rowStride, colStride, offset int) *kernel.Packed {
	key := packKey{t, k, n, rowStride, colStride, offset}
	if p := key.factorFor(); p != nil {
		a.packs = append(a.packs, t)
		return keep(a.shared, t, p, func() *kernel.Packed { return p }, packedBytes)
	}
	return keepFilled(a, t, key, func() *kernel.Packed { return newPacked(k, n) }, func(p *kernel.Packed, e []float32) {
		kernel.Pack(p.Data, e[offset:], k, n, rowStride, colStride)
	}, packedBytes)
}

// readsPacked reports whether the task has no use for the operand's elements in order.
func (a *operands) readsPacked(o operand) bool {
	uses := 0
	for _, in := range a.in {
		if in.slot == o.slot {
			uses++
		}
	}
	return uses == 1 && o.tensor != nil && slices.Contains(a.packs, o.tensor)
}

// task is an operation prepared for concrete shapes.
type task struct {
	// run computes the parts lo <= p < hi. Parts are independent: any split of
	// them over calls and goroutines gives the same bits.
	run   func(f *frame, lo, hi int)
	parts int

	cost    float64    // floating-point operations of all parts, for splitting and profiles
	weights float64    // bytes of weights that one call reads, again and again if it does; for the size of tiles
	scratch int        // float32s of working memory for each goroutine that runs parts
	state   func() any // makes what a session keeps for this task; see frame.state
	kept    int        // bytes that State takes
}

// serial is the task of an operation that is too small or too entangled to split.
func serial(cost int, run func(f *frame)) (task, error) {
	return task{parts: 1, cost: float64(cost), run: func(f *frame, _, _ int) { run(f) }}, nil
}

// chunk is how many elements make one part of an elementwise operation.
const chunk = 16 << 10

// chunked is the task of an operation over n elements in pieces.
func chunked(n int, cost float64, run func(f *frame, lo, hi int)) (task, error) {
	return task{parts: (n + chunk - 1) / chunk, cost: cost * float64(n), run: func(f *frame, lo, hi int) {
		run(f, lo*chunk, min(hi*chunk, n))
	}}, nil
}
