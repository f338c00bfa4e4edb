package runtime

import (
	"fmt"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// attention is softmax(scale·q·kᵀ)·v for each head, without holding the scores
// of more than one head at a time. The heads are the axis before the last, as a
// projection leaves them: q is (batch, queries, heads, depth), k (batch, keys,
// heads, depth), v (batch, keys, heads, value depth). A bool mask, which
// broadcasts to (batch, heads, queries, keys), says which keys count.
type attention struct {
	scale   float32
	mask    bool
	penalty bool // see AttentionOptions
}

// hidden stands for the score of a key that does not count. It is finite, so a
// query for which no key counts gets the mean of all values, not NaN.
const hidden = -0.7 * 3.4028235e38

// penalty is what is added to a score instead, when that is asked for.
const penalty = -1e9

func (attention) name() string { return "attention" }

func (o attention) infer(in []Type) ([]Type, error) {
	q, k, v := in[0], in[1], in[2]
	for _, t := range in[:3] {
		if t.DType != Float32 || t.rank() != 4 {
			return nil, &ShapeError{Wanted: "float32 of rank 4", Received: t.String()}
		}
	}
	same := func(a, b int) bool { return a < 0 || b < 0 || a == b }
	misfit := !same(q.Shape[0], k.Shape[0]) || !same(k.Shape[0], v.Shape[0]) || !same(k.Shape[1], v.Shape[1]) ||
		!same(q.Shape[2], k.Shape[2]) || !same(k.Shape[2], v.Shape[2]) || !same(q.Shape[3], k.Shape[3])
	if misfit {
		return nil, &ShapeError{Wanted: "query, key and value that fit each other", Received: fmt.Sprint(q.Shape, k.Shape, v.Shape)}
	}
	if o.mask {
		scores := Shape{q.Shape[0], q.Shape[2], q.Shape[1], k.Shape[1]}
		s, err := Broadcast(in[3].Shape, scores)
		if err != nil || in[3].DType != Bool || in[3].rank() != 4 || s.Known() && scores.Known() && !s.Equal(scores) {
			return nil, &ShapeError{Wanted: "a bool mask that broadcasts to " + scores.String(), Received: in[3].String()}
		}
	}
	return []Type{{Float32, Shape{q.Shape[0], q.Shape[1], q.Shape[2], v.Shape[3]}}}, nil
}

func (o attention) keepsRows(n *node, rows []bool) bool {
	return rows[0] && rows[1] && rows[2] && (!o.mask || rows[3] || n.in[3].Shape[0] == 1)
}

func (o attention) prepare(a *operands) (task, error) {
	q, k, v, y := a.in[0], a.in[1], a.in[2], a.out[0]
	batch, queries, heads, depth := q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]
	keys, width := k.Shape[1], v.Shape[3]
	if y.len == 0 {
		return task{}, nil
	}
	if keys == 0 { // nothing to attend to
		return serial(y.len, func(f *frame) { clear(f.f32(y)) })
	}
	var mask *maskWalk
	if o.mask {
		mask = newMaskWalk(a.in[3])
	}
	block := min(queries, blockRows)
	packK, packV := kernel.PackedLen(depth, keys), kernel.PackedLen(keys, width)
	scratch := packK + packV + block*keys
	cost := 2 * float64(batch) * float64(heads) * float64(queries) * float64(keys) * float64(depth+width+8)
	return task{parts: batch * heads, cost: cost, scratch: scratch, run: func(f *frame, lo, hi int) {
		buffer := f.floats(scratch)
		kp := kernel.Packed{K: depth, N: keys, Data: buffer[:packK]}
		vp := kernel.Packed{K: keys, N: width, Data: buffer[packK:][:packV]}
		scores := buffer[packK+packV:][:block*keys]
		for p := lo; p < hi; p++ {
			row, head := p/heads, p%heads
			f.pack(kp.Data, f.f32(k)[(row*keys*heads+head)*depth:], depth, keys, 1, heads*depth)
			f.pack(vp.Data, f.f32(v)[(row*keys*heads+head)*width:], keys, width, heads*width, 1)
			for t := 0; t < queries && !f.expired(); t += block {
				m := min(block, queries-t)
				at := (row*queries+t)*heads + head
				g := kernel.Gemm{C: scores, LDC: keys, A: f.f32(q)[at*depth:], LDA: heads * depth, M: m, B: &kp}
				g.Min, g.Max = epilogue{}.bounds()
				g.Run()
				s := scores[:m*keys]
				kernel.MulScalar(s, s, o.scale)
				if mask != nil {
					mask.hide(s, f.bools(a.in[3]), o.penalty, row, head, t, m, keys)
				}
				kernel.SoftmaxRows(s, s, m, keys)
				g = kernel.Gemm{C: f.f32(y)[at*width:], LDC: heads * width, A: scores, LDA: keys, M: m, B: &vp}
				g.Min, g.Max = epilogue{}.bounds()
				g.Run()
			}
		}
	}}, nil
}

// maskWalk finds a mask's elements by row, head, query and key.
type maskWalk struct{ strides [4]int }

func newMaskWalk(m operand) *maskWalk {
	w, stride := &maskWalk{}, 1
	for a := 3; a >= 0; a-- {
		if m.Shape[a] != 1 {
			w.strides[a] = stride
		}
		stride *= m.Shape[a]
	}
	return w
}

// hide overwrites the scores of keys that do not count.
func (w *maskWalk) hide(scores []float32, mask []bool, add bool, row, head, query, queries, keys int) {
	for i := range queries {
		at := row*w.strides[0] + head*w.strides[1] + (query+i)*w.strides[2]
		s := scores[i*keys:][:keys]
		for j := range s {
			switch {
			case mask[at+j*w.strides[3]]:
			case add:
				s[j] += penalty
			default:
				s[j] = hidden
			}
		}
	}
}

// gradient computes the scores again: they are not kept.
func (o attention) gradient(b *Builder, n *node, dout []*Value) []*Value {
	heads := func(v *Value) *Value { return b.Transpose(v, 0, 2, 1, 3) } // its own inverse
	q, k, v, dy := heads(n.in[0]), heads(n.in[1]), heads(n.in[2]), heads(dout[0])
	scale := b.Scalar(o.scale)
	scores := b.Mul(b.MatMulT(q, k, false, true), scale)
	if o.penalty {
		scores = b.Add(scores, b.Select(n.in[3], b.Scalar(0), b.Scalar(penalty)))
	} else if o.mask {
		scores = b.Select(n.in[3], scores, b.Scalar(hidden))
	}
	weights := b.Softmax(scores)
	dv := b.MatMulT(weights, dy, true, false)
	ds := b.apply(softmaxGrad{}, weights, b.MatMulT(dy, v, false, true))
	if o.mask && !o.penalty {
		ds = b.Select(n.in[3], ds, b.Scalar(0))
	}
	ds = b.Mul(ds, scale)
	grads := []*Value{heads(b.MatMul(ds, k)), heads(b.MatMulT(ds, q, true, false)), heads(dv)}
	if o.mask {
		grads = append(grads, nil)
	}
	return grads
}

// AttentionOptions are those of Attention.
type AttentionOptions struct {
	Scale float32 // of the scores

	// Mask is nil or a bool tensor of rank 4 that broadcasts to (batch, heads,
	// queries, keys), true where a key counts.
	Mask *Value

	// Penalty adds -1e9 to the scores that do not count rather than replacing
	// them. It matters for queries for which no key counts.
	Penalty bool
}

// Attention adds softmax(scale·q·kᵀ)·v for each head. q is (batch, queries,
// heads, depth), k (batch, keys, heads, depth), v (batch, keys, heads, width);
// the result is (batch, queries, heads, width).
func (b *Builder) Attention(q, k, v *Value, opt AttentionOptions) *Value {
	if opt.Mask == nil {
		return b.apply(attention{scale: opt.Scale}, q, k, v)
	}
	return b.apply(attention{scale: opt.Scale, mask: true, penalty: opt.Penalty}, q, k, v, opt.Mask)
}
