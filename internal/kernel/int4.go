package kernel

import "fmt"

// PackedInt4 is a K×N matrix of numbers of four bits in groups of rows: element (k, n)
// stands for (q - Zero[g,n]) * Scale[g,n], where g is Group[k] and q from 0 to 15. Columns
// are in panels of 16, each panel in order of rows of 8 bytes: byte i has column i in its
// low half and column i+8 in its high half.
type PackedInt4 struct {
	K, N        int
	Data        []byte
	Group       []int32   // of every row
	Scale, Zero []float32 // of every group, in whole panels
}

// Panels returns the number of panels.
func (p *PackedInt4) Panels() int { return (p.N + PanelWidth - 1) / PanelWidth }

// Bytes is the memory that the matrix takes.
func (p *PackedInt4) Bytes() int { return len(p.Data) + 4*(len(p.Group)+len(p.Scale)+len(p.Zero)) }

// NewPackedInt4 packs the matrix whose numbers, scales and zeros at tells.
func NewPackedInt4(k, n int, group []int32, groups int, q func(k, n int) uint8, scale, zero func(g, n int) float32) *PackedInt4 {
	p := &PackedInt4{K: k, N: n, Data: make([]byte, PackedLen(k, n)/2), Group: group}
	width := p.Panels() * PanelWidth
	p.Scale, p.Zero = make([]float32, groups*width), make([]float32, groups*width)
	for j := range n {
		for g := range groups {
			p.Scale[g*width+j], p.Zero[g*width+j] = scale(g, j), zero(g, j)
		}
		panel, c := p.Data[j/PanelWidth*k*8:], j%PanelWidth
		for i := range k {
			panel[i*8+c%8] |= (q(i, j) & 15) << (c / 8 * 4)
		}
	}
	return p
}

// Unpack writes rows [from, to) of a panel as floats, 16 a row, in the layout of Packed.
func (p *PackedInt4) Unpack(dst []float32, panel, from, to int) {
	width := p.Panels() * PanelWidth
	if panel < 0 || panel >= p.Panels() || from < 0 || from > to || to > p.K || len(dst) < (to-from)*PanelWidth {
		panic(fmt.Sprintf("kernel: Unpack: rows [%d, %d) of panel %d of a %d×%d matrix to %d floats", from, to, panel, p.K, p.N, len(dst)))
	}
	src := p.Data[panel*p.K*8:][:p.K*8]
	for i := from; i < to; {
		end := p.sameGroup(i, to)
		at := int(p.Group[i])*width + panel*PanelWidth
		scale, zero := (*[PanelWidth]float32)(p.Scale[at:]), (*[PanelWidth]float32)(p.Zero[at:])
		unpackInt4(dst[(i-from)*PanelWidth:][:(end-i)*PanelWidth], src[i*8:end*8], scale, zero)
		i = end
	}
}

// Int4Rows is how many rows of a product AddRow takes faster, one by one, than Gemm
// with unpacked panels.
func Int4Rows() int { return int4Rows() }

// AddRow adds the product of a row and panels [first, end) to acc, which has 16 sums a
// panel. Each is a chain of multiply-adds in order of k, so it has the bits that Gemm
// makes of what Unpack writes.
func (p *PackedInt4) AddRow(acc, x []float32, first, end int) {
	if first < 0 || first > end || end > p.Panels() || len(x) < p.K || len(acc) < (end-first)*PanelWidth {
		panic(fmt.Sprintf("kernel: AddRow: %d values times panels [%d, %d) of a %d×%d matrix to %d sums", len(x), first, end, p.K, p.N, len(acc)))
	}
	const most = 4 // panels at once
	width := p.Panels() * PanelWidth
	for panel := first; panel < end; {
		panels := 1
		if end-panel >= most {
			panels = most
		}
		sums := acc[(panel-first)*PanelWidth:][:panels*PanelWidth]
		for i := 0; i < p.K; {
			next := p.sameGroup(i, p.K)
			at := int(p.Group[i])*width + panel*PanelWidth
			addInt4Row(sums, x[i:next], p.Data[(panel*p.K+i)*8:], p.K*8, p.Scale[at:][:len(sums)], p.Zero[at:][:len(sums)])
			i = next
		}
		panel += panels
	}
}

// addInt4RowGo adds a row times panels that stand stride bytes apart.
func addInt4RowGo(acc, x []float32, src []byte, stride int, scale, zero []float32) {
	for at := 0; at < len(acc); at += PanelWidth {
		panel, sums := src[at/PanelWidth*stride:], (*[PanelWidth]float32)(acc[at:])
		for i, v := range x {
			var w [PanelWidth]float32
			unpackInt4Go(w[:], panel[8*i:8*i+8], (*[PanelWidth]float32)(scale[at:]), (*[PanelWidth]float32)(zero[at:]))
			for c := range sums {
				sums[c] += v * w[c]
			}
		}
	}
}

// sameGroup is the end of the rows from i on that are of one group, at most end.
func (p *PackedInt4) sameGroup(i, end int) int {
	g := p.Group[i]
	for i++; i < end && p.Group[i] == g; i++ {
	}
	return i
}

// unpackInt4Go writes (q-zero)*scale for every row of 8 bytes.
func unpackInt4Go(dst []float32, src []byte, scale, zero *[PanelWidth]float32) {
	for i := range len(src) / 8 {
		d := (*[PanelWidth]float32)(dst[i*PanelWidth:])
		for c, b := range (*[8]byte)(src[i*8:]) {
			d[c] = (float32(b&15) - zero[c]) * scale[c]
			d[c+8] = (float32(b>>4) - zero[c+8]) * scale[c+8]
		}
	}
}
