//go:build !noasm && (amd64 || arm64)

package kernel

import "unsafe"

// rowTiles are the calls of the assembly that make the product of a row.
type rowTiles struct {
	variant Variant
	tile    tile // but for what differs from call to call, and the caller's memory
	calls   []rowCall
}

type rowCall struct {
	b           *float32
	col         int
	cols, width int // in columns; in panels
}

// noShift are the offsets of a block of one row.
var noShift [rowBlock]int32

// rowTiles prepares the calls, or none where the product is cut into parts.
func (g *Gemm) rowTiles() rowTiles {
	p := product{Gemm: g, segs: 1, segK: g.B.K}
	panels := g.B.Panels()
	if active == Generic || g.B.K == 0 || g.B.N == 0 {
		return rowTiles{}
	}
	if _, k, n := p.parts(panels); k < g.B.K || n < panels {
		return rowTiles{}
	}
	r := rowTiles{variant: active, tile: tile{
		off: &noShift[0], segs: 1, segK: g.B.K, bStride: uintptr(g.B.K) * PanelWidth * 4, blocks: 1,
		mask: &laneMasks[-g.B.N&(PanelWidth-1)], flags: p.flags(true, true), min: g.Min, max: g.Max,
	}}
	for q := 0; q < panels; {
		n, width := p.group(1, q, panels, r.tile.bStride)
		col := q * PanelWidth
		q += n
		r.calls = append(r.calls, rowCall{b: &g.B.Data[col*g.B.K], col: col, cols: min(q*PanelWidth, g.B.N) - col, width: width})
	}
	return r
}

// run makes the calls and reports whether there are any for the variant in use.
func (r *rowTiles) run(c, a, bias []float32) bool {
	if len(r.calls) == 0 || r.variant != active {
		return false
	}
	t := r.tile
	t.a = unsafe.SliceData(a)
	for i := range r.calls {
		s := &r.calls[i]
		t.b, t.c, t.cols = s.b, &c[s.col], s.cols
		if bias != nil {
			t.bias = &bias[s.col]
		}
		runTile(&t, 1, s.width)
	}
	return true
}
