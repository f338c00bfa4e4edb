package runtime

import (
	"github.com/kerasrun/kerasrun/internal/kernel"
)

// matmul multiplies matrices in the last two axes; the axes before broadcast.
// A first operand of higher rank times a matrix is one product of all its rows.
type matmul struct {
	transA, transB bool
	epilogue
}

func (o matmul) name() string { return "matmul" }

func (o matmul) infer(in []Type) ([]Type, error) {
	a, b := in[0].Shape, in[1].Shape
	if in[0].DType != Float32 || in[1].DType != Float32 || len(a) < 2 || len(b) < 2 {
		return nil, &ShapeError{Wanted: "two float32 tensors of rank 2 or more", Received: in[0].String() + " and " + in[1].String()}
	}
	m, k := a[len(a)-2], a[len(a)-1]
	if o.transA {
		m, k = k, m
	}
	k2, n := b[len(b)-2], b[len(b)-1]
	if o.transB {
		k2, n = n, k2
	}
	if k >= 0 && k2 >= 0 && k != k2 {
		return nil, &ShapeError{Wanted: "inner sizes that are equal", Received: a.String() + " and " + b.String()}
	}
	lead, err := Broadcast(a[:len(a)-2], b[:len(b)-2])
	if err != nil {
		return nil, err
	}
	return []Type{{Float32, append(lead.clone(), m, n)}}, nil
}

func (o matmul) keepsRows(n *node, rows []bool) bool {
	a, b := n.in[0], n.in[1]
	if !o.takesRows(2, rows) {
		return false
	}
	switch {
	case rows[0] && !rows[1]:
		return a.Rank() > b.Rank() || (a.Rank() == b.Rank() && (a.Rank() == 2 && !o.transA || a.Rank() > 2 && b.Shape[0] == 1))
	case rows[0] && rows[1]:
		return a.Rank() == b.Rank() && a.Rank() > 2
	}
	return rows[1] && b.Rank() > 2 && a.Rank() < b.Rank()
}

func (o matmul) end(e epilogue) operation { o.epilogue = e; return o }
func (matmul) own() int                   { return 2 }
func (matmul) sums() bool                 { return true }

func (o matmul) factorRows(n *node, i int) int {
	if i != 1 || n.in[1].Rank() != 2 || o.transA || o.transB {
		return 0
	}
	return n.in[1].Shape[0]
}

func (o matmul) columns(rank int) int {
	switch {
	case rank != 2:
		return -1
	case o.transB:
		return 0
	}
	return 1
}

func (o matmul) prepare(a *operands) (task, error) {
	as, bs := a.in[0].Shape, a.in[1].Shape
	p := &product{finish: newFinish(o.epilogue, 2, a.in), o: o, a: a.in[0], b: a.in[1], c: a.out[0]}
	p.n = a.out[0].Shape[len(a.out[0].Shape)-1]
	p.m, p.k = as[len(as)-2], as[len(as)-1]
	if o.transA {
		p.m, p.k = p.k, p.m
	}
	if p.c.len == 0 {
		return task{}, nil
	}
	p.rowStride, p.colStride = bs[len(bs)-1], 1
	if o.transB {
		p.rowStride, p.colStride = 1, p.rowStride
	}
	if len(bs) == 2 && !o.transA {
		p.m = p.c.len / p.n
		if t := a.in[1].constant(); t != nil {
			p.packed = a.packed(t, p.k, p.n, p.rowStride, p.colStride, 0)
			if p.m == 1 && p.add == nil {
				return p.row(p.constant()), nil
			}
			return p.constant(), nil
		}
	}
	if p.n == 1 && len(bs) > 2 && !o.transA && o.epilogue == (epilogue{}) {
		return p.dots(as, bs), nil
	}
	if p.c.len == p.m*p.n && !p.b.still {
		return p.blocks(), nil
	}
	return p.batched(as, bs), nil
}

// product is a matmul on concrete shapes.
type product struct {
	finish
	o                    matmul
	a, b, c              operand
	m, k, n              int
	rowStride, colStride int
	packed               *kernel.Packed
}

// blockRows is how many rows one part of a product computes: a multiple of the
// kernel's six that keeps the result of narrow layers in the first-level cache.
const blockRows = 48

func (p *product) gemm(f *frame) kernel.Gemm {
	return kernel.Gemm{LDC: p.n, A: f.f32(p.a), LDA: p.k, M: p.m, B: p.packed}
}

// batched is the product of matrices that are both computed, a part for each
// pair of matrices. The second is packed each time, or once for all steps of a loop
// that find the same; the first is transposed if it has to be.
func (p *product) batched(as, bs Shape) task {
	lead := p.c.Shape[:len(p.c.Shape)-2]
	count, la := 1, Shape{1}
	var l *loops
	if len(bs) == 2 && !p.o.transA {
		l = newLoops(la, la, la) // all rows of the first in one product
	} else {
		count = lead.size()
		l = newLoops(append(lead.clone(), 1), append(as[:len(as)-2].clone(), 1), append(bs[:len(bs)-2].clone(), 1))
	}
	aSize, bSize, cSize := as[len(as)-2]*as[len(as)-1], bs[len(bs)-2]*bs[len(bs)-1], p.m*p.n
	slice := max(blockRows, int(10*sliceCost/(2*float64(p.k)*float64(p.n)+1))/6*6) // rows between looks at the clock
	packLen, transLen := kernel.PackedLen(p.k, p.n), 0
	if p.o.transA {
		transLen = p.m * p.k
	}
	k := task{parts: count, cost: 2 * float64(count) * float64(p.m) * float64(p.k) * float64(p.n), scratch: packLen + transLen + 32}
	kept := count == 1 && p.b.still // packed at the first step of the loop for all of them
	if kept {
		k.state = func() any { return kernel.AlignedFloats(packLen) }
		k.scratch, k.kept = transLen+32, 4*packLen
	}
	k.run = func(f *frame, lo, hi int) {
		scratch, lastB := f.floats(k.scratch), -1
		packed := kernel.Packed{K: p.k, N: p.n}
		if kept {
			packed.Data = f.state().([]float32)
			if f.again {
				lastB = 0
			}
		} else {
			packed.Data, scratch = scratch[:packLen], scratch[packLen:]
		}
		for i := lo; i < hi; i++ {
			ai, bi := l.pair(i)
			a, b := f.f32(p.a)[ai*aSize:], f.f32(p.b)[bi*bSize:]
			if bi != lastB {
				f.pack(packed.Data, b, p.k, p.n, p.rowStride, p.colStride)
				lastB = bi
			}
			if p.o.transA {
				t := scratch[:transLen]
				kernel.Transpose(t, a, p.k, p.m, p.m, p.k)
				a = t
			}
			for row := 0; row < p.m && !f.expired(); row += slice {
				g := p.gemm(f)
				at := i*cSize + row*p.n
				c := f.f32(p.c)[at:]
				g.A, g.B, g.M = a[row*p.k:], &packed, min(slice, p.m-row)
				p.begin(f, &g, c, at, 0)
				g.Run()
				p.apply(&g, c)
			}
		}
	}
	return k
}

// dots is the product with vectors that are computed, one for each matrix: a sum for
// each row, for which packing the vector would take longer than it does.
func (p *product) dots(as, bs Shape) task {
	rows := p.c.len
	l := newLoops(p.c.Shape[:len(p.c.Shape)-1], as[:len(as)-1], append(bs[:len(bs)-2].clone(), 1))
	part := max(1, chunk/max(1, p.k))
	return task{parts: (rows + part - 1) / part, cost: 2 * float64(rows) * float64(p.k), run: func(f *frame, lo, hi int) {
		a, b, c := f.f32(p.a), f.f32(p.b), f.f32(p.c)
		for i := lo * part; i < min(hi*part, rows); i++ {
			ai, bi := l.pair(i)
			c[i] = kernel.Dot(a[ai*p.k:][:p.k], b[bi*p.k:])
		}
	}}
}

// pair returns the indices of the two operands of a broadcast operation for
// element i of the result.
func (l *loops) pair(i int) (x, y int) {
	o, k := i/l.inner, i%l.inner
	return l.offset(0, o) + k*l.step[0], l.offset(1, o) + k*l.step[1]
}

func (o matmul) gradient(b *Builder, n *node, dout []*Value) []*Value {
	x, y, d := n.in[0], n.in[1], dout[0]
	if y.Rank() == 2 && x.Rank() > 2 && !o.transA { // one product of all rows, both ways
		k, m := x.Shape[x.Rank()-1], d.Shape[d.Rank()-1]
		dx := b.apply(matmul{transB: !o.transB}, d, y)
		rows, drows := b.Reshape(x, Infer, k), b.Reshape(d, Infer, m)
		if o.transB {
			return []*Value{dx, b.apply(matmul{transA: true}, drows, rows)}
		}
		return []*Value{dx, b.apply(matmul{transA: true}, rows, drows)}
	}
	var dx, dy *Value
	if o.transA {
		dx = b.apply(matmul{transA: o.transB, transB: true}, y, d)
	} else {
		dx = b.apply(matmul{transB: !o.transB}, d, y)
	}
	if o.transB {
		dy = b.apply(matmul{transA: true, transB: o.transA}, d, x)
	} else {
		dy = b.apply(matmul{transA: !o.transA}, x, d)
	}
	return []*Value{b.sumLike(dx, x), b.sumLike(dy, y)}
}

// MatMul adds the product of the matrices in the last two axes of x and y.
func (b *Builder) MatMul(x, y *Value) *Value { return b.apply(matmul{}, x, y) }

// MatMulT is MatMul with either operand's last two axes swapped first.
func (b *Builder) MatMulT(x, y *Value, transX, transY bool) *Value {
	return b.apply(matmul{transA: transX, transB: transY}, x, y)
}
