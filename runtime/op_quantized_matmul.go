package runtime

import (
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// quantizedMatmul multiplies rows of x, each rounded to whole numbers of at most 127
// by a scale of its own, by an int8 matrix, and divides the sums, which are exact, by
// the product of both scales (keras/src/quantizers/quantizers.py, abs_max_quantize):
//
//	s = 127/(max|x| + 1e-7), y[j] = (sum over k of clamp(round(x[k]*s), -127, 127)*w[k,j]) / (scale[j]*s)
type quantizedMatmul struct {
	transB bool
	epilogue
}

func (quantizedMatmul) name() string { return "quantized_matmul" }

func (o quantizedMatmul) infer(in []Type) ([]Type, error) {
	x, w, scale := in[0].Shape, in[1].Shape, in[2].Shape
	if in[0].DType != Float32 || in[1].DType != Int8 || in[2].DType != Float32 || len(x) < 2 || len(w) != 2 || len(scale) != 1 {
		return nil, &ShapeError{Wanted: "float32 rows, an int8 matrix and its scales", Received: in[0].String() + ", " + in[1].String() + " and " + in[2].String()}
	}
	k, n := w[0], w[1]
	if o.transB {
		k, n = n, k
	}
	if own := x[len(x)-1]; own >= 0 && k >= 0 && own != k || n >= 0 && scale[0] != n {
		return nil, &ShapeError{Wanted: "inner sizes that are equal, and a scale for each column", Received: x.String() + ", " + w.String() + " and " + scale.String()}
	}
	return []Type{{Float32, append(x[:len(x)-1].clone(), n)}}, nil
}

func (o quantizedMatmul) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && !rows[1] && !rows[2] && o.takesRows(3, rows)
}

func (o quantizedMatmul) end(e epilogue) operation { o.epilogue = e; return o }
func (quantizedMatmul) own() int                   { return 3 }
func (quantizedMatmul) sums() bool                 { return false }

func (o quantizedMatmul) prepare(a *operands) (task, error) {
	x, w, y := a.in[0], a.in[1], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	p := &quantizedProduct{finish: newFinish(o.epilogue, 3, a.in), x: x, w: w, scale: a.in[2], y: y}
	p.k, p.n = w.Shape[0], w.Shape[1]
	p.rowStride, p.colStride = p.n, 1
	if o.transB {
		p.k, p.n = p.n, p.k
		p.rowStride, p.colStride = 1, p.k
	}
	p.m = y.len / p.n
	if t := w.constant(); t != nil {
		type key struct {
			t      *Tensor
			transB bool
		}
		p.fixed = keep(a.shared, t, key{t, o.transB}, func() *kernel.PackedInt8 { return p.pack(make([]int8, kernel.PackedInt8Len(p.k, p.n)), t.Int8s()) },
			func(b *kernel.PackedInt8) int { return len(b.Data) })
	}
	return p.task(), nil
}

// quantizedProduct is a quantizedMatmul on concrete shapes.
type quantizedProduct struct {
	finish
	x, w, scale, y       operand
	m, k, n              int
	rowStride, colStride int
	fixed                *kernel.PackedInt8 // nil when the matrix is not a constant
}

func (p *quantizedProduct) pack(dst, w []int8) *kernel.PackedInt8 {
	kernel.PackInt8(dst, w, p.k, p.n, p.rowStride, p.colStride)
	return &kernel.PackedInt8{K: p.k, N: p.n, Data: dst}
}

// task is the product in parts by rows, or by panels of columns when there are few
// rows.
func (p *quantizedProduct) task() task {
	const width = 4 // panels
	panels := (p.n + kernel.PanelWidth - 1) / kernel.PanelWidth
	rows := min(p.m, blockRows)
	whole, sums := (rows*kernel.EvenUp(p.k)+1)/2, rows*panels*kernel.PanelWidth
	packed := 0
	if p.fixed == nil {
		packed = (kernel.PackedInt8Len(p.k, p.n) + 3) / 4
	}
	t := task{cost: 2 * float64(p.m) * float64(p.k) * float64(p.n), weights: float64(kernel.PackedInt8Len(p.k, p.n)), scratch: whole + sums + rows + packed}
	byPanels := p.m <= blockRows && panels > 1 && p.fixed != nil
	t.parts = (p.m + blockRows - 1) / blockRows
	if byPanels {
		t.parts = (panels + width - 1) / width
	}
	t.run = func(f *frame, lo, hi int) {
		scratch := f.floats(t.scratch)
		g := kernel.IntProduct{A: viewAs[int16](scratch[:whole]), C: viewAs[int32](scratch[whole:][:sums]), LDC: panels * kernel.PanelWidth, B: p.fixed}
		scales := scratch[whole+sums:][:rows]
		var own kernel.PackedInt8
		if p.fixed == nil {
			own = *p.pack(viewAs[int8](scratch[whole+sums+rows:]), f.i8(p.w))
			g.B = &own
		}
		if byPanels {
			g.M, g.PanelLo, g.PanelHi = p.m, lo*width, min(hi*width, panels)
			p.rows(f, &g, scales, 0)
			return
		}
		for ; lo < hi; lo++ {
			first := lo * blockRows
			g.M = min(blockRows, p.m-first)
			p.rows(f, &g, scales, first)
		}
	}
	return t
}

// rows computes g.M rows of the result from row first on, in the columns of g.
func (p *quantizedProduct) rows(f *frame, g *kernel.IntProduct, scales []float32, first int) {
	from, to := 0, p.n
	if g.PanelHi > 0 {
		from, to = g.PanelLo*kernel.PanelWidth, min(g.PanelHi*kernel.PanelWidth, p.n)
	}
	x, y, scale := f.f32(p.x), f.f32(p.y), f.f32(p.scale)[from:to]
	even := kernel.EvenUp(p.k)
	for i := range g.M {
		scales[i] = kernel.QuantizeRow(g.A[i*even:], x[(first+i)*p.k:][:p.k])
	}
	g.Run()
	lo, hi := p.bounds()
	var bias []float32
	if p.row != nil {
		bias = f.f32(*p.row)[from:to]
	}
	for i := range g.M {
		row := y[(first+i)*p.n:][from:to]
		kernel.Rescale(row, g.C[i*g.LDC+from:], scale, bias, scales[i], lo, hi)
		if p.act.unaryKind != nil {
			p.act.kernel(row, row, p.act.p, p.act.q)
		}
	}
}

// viewAs sees memory as smaller or other numbers.
func viewAs[T int8 | int16 | int32](s []float32) []T {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&s[0])), len(s)*4/int(unsafe.Sizeof(T(0))))
}

// gradient is that of the product with the matrix as floats, as Keras defines it.
func (o quantizedMatmul) gradient(b *Builder, n *node, dout []*Value) []*Value {
	w, scale := b.Cast(n.in[1], Float32), n.in[2]
	if o.transB {
		scale = b.ExpandDims(scale, -1)
	}
	return []*Value{b.apply(matmul{transB: !o.transB}, dout[0], b.Div(w, scale)), nil, nil}
}

// QuantizedMatMul adds the product of the rows of x with an int8 matrix, or with its
// transpose, in whole numbers: each row is quantized by its largest value, and the
// sums are divided by that scale times the column's.
func (b *Builder) QuantizedMatMul(x, w, scale *Value, transW bool) *Value {
	return b.apply(quantizedMatmul{transB: transW}, x, w, scale)
}
