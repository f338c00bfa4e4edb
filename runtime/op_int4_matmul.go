package runtime

import (
	"errors"
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// int4Matmul is the product with a constant matrix of int4Floats, or its transpose: the
// same sums in the same order. Its inputs are x and those of the matrix.
type int4Matmul struct {
	matrix int4Floats
	transB bool
	epilogue
}

func (int4Matmul) name() string { return "int4_matmul" }

func (o int4Matmul) infer(in []Type) ([]Type, error) {
	w, err := o.matrix.infer(in[1:o.own()])
	if err != nil {
		return nil, err
	}
	return matmul{transB: o.transB}.infer([]Type{in[0], w[0]})
}

func (o int4Matmul) keepsRows(_ *node, rows []bool) bool {
	return rows[0] && o.takesRows(o.own(), rows)
}

func (o int4Matmul) end(e epilogue) operation { o.epilogue = e; return o }
func (int4Matmul) sums() bool                 { return false }

func (o int4Matmul) own() int {
	if o.matrix.groups < 0 {
		return 2
	}
	return 5
}

func (o int4Matmul) gradient(*Builder, *node, []*Value) []*Value { return nil } // only a rewrite makes it

func (o int4Matmul) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	p := &int4Product{finish: newFinish(o.epilogue, o.own(), a.in), x: x, y: y}
	var err error
	if p.w, err = o.pack(a); err != nil {
		return task{}, err
	}
	p.m = y.len / p.w.N
	share := (p.m + max(a.shared.threads, 1) - 1) / max(a.shared.threads, 1)
	p.block = min((share+blockRows-1)/blockRows, int4Blocks) * blockRows
	return p.task(), nil
}

// pack makes the matrix that the kernel takes, once for all plans.
func (o int4Matmul) pack(a *operands) (*kernel.PackedInt4, error) {
	for _, in := range a.in[1:o.own()] {
		if in.constant() == nil {
			return nil, errors.New("int4_matmul: the matrix is not a constant")
		}
	}
	t := a.in[1].constant()
	s := a.node.in[1].Shape.clone()
	s[o.matrix.axis] = o.matrix.size
	m := &int4Matrix{int4Floats: o.matrix, rows: s[0], columns: s[1], packed: t.Int8s()}
	if o.matrix.groups >= 0 {
		zero := a.in[3].constant()
		m.scale, m.zero, m.floatZero, m.group = a.in[2].constant().Float32s(), zero.Int8s(), zero.Float32s(), a.in[4].constant().Float32s()
		if err := m.check(); err != nil {
			return nil, err
		}
	}
	type key struct {
		t *Tensor
		o int4Floats
		b bool
	}
	return keep(a.shared, t, key{t, o.matrix, o.transB}, func() *kernel.PackedInt4 { return m.panels(o.transB) }, (*kernel.PackedInt4).Bytes), nil
}

// panels is the matrix, or its transpose, in panels. Groups follow each other along
// its rows.
func (m *int4Matrix) panels(trans bool) *kernel.PackedInt4 {
	rows, columns, turn := m.rows, m.columns, func(i, j int) (int, int) { return i, j }
	if trans {
		rows, columns, turn = m.columns, m.rows, func(i, j int) (int, int) { return j, i }
	}
	lift := 8 // the kernel takes numbers from 0
	if m.unsigned {
		lift = 0
	}
	q := func(i, j int) uint8 { return uint8(m.q(turn(i, j)) + lift) }
	group, groups := make([]int32, rows), 1
	if m.groups < 0 {
		return kernel.NewPackedInt4(rows, columns, group, groups, q, func(int, int) float32 { return 1 }, func(int, int) float32 { return float32(lift) })
	}
	groups = m.many()
	row := make([]int, groups) // one of each group
	for i, g := range m.group {
		group[i], row[int(g)] = int32(g), i
	}
	return kernel.NewPackedInt4(rows, columns, group, groups, q,
		func(g, j int) float32 { return m.scale[m.groupOf(turn(row[g], j))] },
		func(g, j int) float32 { return m.zeroOf(m.groupOf(turn(row[g], j))) + float32(lift) })
}

// int4Product is an int4Matmul on concrete shapes.
type int4Product struct {
	finish
	x, y  operand
	m     int
	block int // rows of a part
	w     *kernel.PackedInt4
}

// int4Rows by int4Panels are floats at a time: half of the first-level cache. Several
// panels, since a single row's sums wait for each other in one.
const (
	int4Rows   = 64
	int4Panels = 4
)

// int4Blocks is how many times blockRows a part takes at most. All of them use the
// floats of a panel that it makes.
const int4Blocks = 10

// task is the product in parts by rows, or by panels of columns when there are few
// rows.
func (p *int4Product) task() task {
	const width = int4Panels
	panels, depth := p.w.Panels(), min(int4Rows, p.w.K)
	t := task{cost: 2 * float64(p.m) * float64(p.w.K) * float64(p.w.N), weights: float64(p.w.Bytes()), scratch: max(depth, 1) * min(width, panels) * kernel.PanelWidth}
	byPanels := p.m <= blockRows && panels > 1
	t.parts = (p.m + p.block - 1) / p.block
	if byPanels {
		t.parts = (panels + width - 1) / width
	}
	t.run = func(f *frame, lo, hi int) {
		floats := f.floats(t.scratch)
		if p.m <= kernel.Int4Rows() {
			first, end := 0, panels
			if byPanels {
				first, end = lo*width, min(hi*width, panels)
			}
			p.rowByRow(f, floats, first, end)
			return
		}
		if byPanels {
			p.panels(f, floats, 0, p.m, lo*width, min(hi*width, panels))
			return
		}
		for ; lo < hi; lo++ {
			p.panels(f, floats, lo*p.block, min((lo+1)*p.block, p.m), 0, panels)
		}
	}
	return t
}

// panels computes rows [from, to) of the result, in panels [first, end).
func (p *int4Product) panels(f *frame, floats []float32, from, to, first, end int) {
	k, n := p.w.K, p.w.N
	x, y := f.f32(p.x)[from*k:], f.f32(p.y)[from*n:]
	lo, hi := p.bounds()
	for panel := first; panel < end; panel += int4Panels {
		at, last := panel*kernel.PanelWidth, min(panel+int4Panels, end)
		width := min(last*kernel.PanelWidth, n) - at
		for i := 0; i < k; i += int4Rows {
			depth := min(int4Rows, k-i)
			b := kernel.Packed{K: depth, N: width, Data: floats}
			for j := panel; j < last; j++ {
				p.w.Unpack(floats[(j-panel)*depth*kernel.PanelWidth:], j, i, i+depth)
			}
			g := kernel.Gemm{C: y[at:], LDC: n, A: x[i:], LDA: k, M: to - from, B: &b, Accumulate: i > 0,
				Min: float32(math.Inf(-1)), Max: float32(math.Inf(1))}
			if p.row != nil {
				g.Bias = f.f32(*p.row)[at:]
			}
			if i+depth == k {
				g.Min, g.Max = lo, hi
			}
			g.Run()
		}
		if p.act.unaryKind == nil {
			continue
		}
		for r := range to - from {
			row := y[r*n+at:][:width]
			p.act.kernel(row, row, p.act.p, p.act.q)
		}
	}
}

// rowByRow computes panels [first, end) of every row, and makes floats of the matrix in
// registers.
func (p *int4Product) rowByRow(f *frame, floats []float32, first, end int) {
	k, n := p.w.K, p.w.N
	x, y := f.f32(p.x), f.f32(p.y)
	lo, hi := p.bounds()
	for panel := first; panel < end; panel += int4Panels {
		at, last := panel*kernel.PanelWidth, min(panel+int4Panels, end)
		width := min(last*kernel.PanelWidth, n) - at
		sums := floats[:(last-panel)*kernel.PanelWidth]
		for i := range p.m {
			clear(sums)
			if p.row != nil {
				copy(sums, f.f32(*p.row)[at:][:width])
			}
			p.w.AddRow(sums, x[i*k:][:k], panel, last)
			row := y[i*n+at:][:width]
			kernel.Clamp(row, sums, lo, hi)
			if p.act.unaryKind != nil {
				p.act.kernel(row, row, p.act.p, p.act.q)
			}
		}
	}
}
