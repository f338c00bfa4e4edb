package kernel

import (
	"fmt"
	"math"
)

// PanelWidth is the number of columns of a panel of a Packed matrix.
const PanelWidth = 16

// Packed is a K×N matrix in panels of 16 columns, each panel in order of rows:
// element (k, n) is Data[(n/16)*K*16 + k*16 + n%16]. The last panel is filled up
// with zeros. Data starts on a 64-byte boundary when NewPacked made it; the
// kernels are faster for it but do not need it.
type Packed struct {
	K, N int
	Data []float32
}

// Panels returns the number of panels.
func (p *Packed) Panels() int { return (p.N + PanelWidth - 1) / PanelWidth }

// PackedLen returns the number of floats a packed k×n matrix takes. It panics
// when that does not fit an int.
func PackedLen(k, n int) int {
	if uint(k|n) < 1<<30 && math.MaxInt > 1<<62 {
		return k * ((n + PanelWidth - 1) &^ (PanelWidth - 1))
	}
	if k < 0 || n < 0 || n > math.MaxInt-PanelWidth {
		panic(fmt.Sprintf("kernel: cannot pack a %d×%d matrix", k, n))
	}
	width := (n + PanelWidth - 1) / PanelWidth * PanelWidth
	if width != 0 && k > math.MaxInt/4/width {
		panic(fmt.Sprintf("kernel: cannot pack a %d×%d matrix", k, n))
	}
	return k * width
}

// NewPacked returns the k×n matrix whose element (i, j) is
// b[i*rowStride + j*colStride], packed.
func NewPacked(b []float32, k, n, rowStride, colStride int) *Packed {
	p := &Packed{K: k, N: n, Data: AlignedFloats(PackedLen(k, n))}
	Pack(p.Data, b, k, n, rowStride, colStride)
	return p
}

// Pack writes the k×n matrix whose element (i, j) is
// b[i*rowStride + j*colStride] to dst in the layout of Packed. A row-major
// matrix has strides (n, 1), its transpose (1, n); both are fast.
func Pack(dst, b []float32, k, n, rowStride, colStride int) {
	need := PackedLen(k, n)
	if need == 0 {
		return
	}
	if len(dst) < need {
		panic(fmt.Sprintf("kernel: Pack: dst must hold %d floats, has %d", need, len(dst)))
	}
	checkStrided("Pack: b", len(b), k, n, rowStride, colStride)
	step := k
	if colStride == 1 {
		step = max(packBlock/max(n, PanelWidth), 8)
	}
	for i := 0; i < k; i += step {
		packRows(dst, b[i*rowStride:], k, n, i, min(step, k-i), rowStride, colStride)
	}
}

// packBlock is how many elements of a row-major matrix are packed at once: as many as
// stay in the first-level cache while each panel takes its columns. Panel by panel over
// all rows, every line read would be a miss of the cache and of the TLB.
const packBlock = 8 << 10

// packRows packs rows [at, at+rows) of a k×n matrix, the first of which begins b.
func packRows(dst, b []float32, k, n, at, rows, rowStride, colStride int) {
	for j := 0; j < n; j += PanelWidth {
		packPanel(dst[j*k+at*PanelWidth:][:rows*PanelWidth], b[j*colStride:], rows, min(PanelWidth, n-j), rowStride, colStride)
	}
}

// PackPanel writes rows of width <= 16 floats, rowStride apart in src, to dst 16 apart. It
// leaves the rest of dst as it is.
func PackPanel(dst, src []float32, rows, width, rowStride int) {
	if width < 0 || width > PanelWidth {
		panic(fmt.Sprintf("kernel: PackPanel: %d columns of at most %d", width, PanelWidth))
	}
	if rows == 0 || width == 0 {
		return
	}
	checkStrided("PackPanel: dst", len(dst), rows, width, PanelWidth, 1)
	checkStrided("PackPanel: src", len(src), rows, width, rowStride, 1)
	switch width {
	case PanelWidth:
		packWhole(dst, src, rows, rowStride)
	case 1:
		for i := range rows {
			dst[i*PanelWidth] = src[i*rowStride]
		}
	default:
		for i := range rows {
			copy(dst[i*PanelWidth:][:width], src[i*rowStride:])
		}
	}
}

// SetRows packs row-major rows of the matrix, from row at on. Other rows may be set at
// the same time.
func (p *Packed) SetRows(at int, rows []float32) {
	if p.N <= 0 || len(rows)%p.N != 0 || at < 0 || len(rows)/p.N > p.K-at || len(p.Data) < PackedLen(p.K, p.N) {
		panic(fmt.Sprintf("kernel: SetRows: %d floats at row %d of a %d×%d matrix", len(rows), at, p.K, p.N))
	}
	step := max(packBlock/max(p.N, PanelWidth), 8)
	for n := len(rows) / p.N; n > 0; n -= step {
		packRows(p.Data, rows, p.K, p.N, at, min(step, n), p.N, 1)
		at, rows = at+step, rows[min(step, n)*p.N:]
	}
}

// Unpack writes the matrix to dst, row-major.
func (p *Packed) Unpack(dst []float32) {
	if p.K*p.N == 0 {
		return
	}
	if len(dst) < p.K*p.N || len(p.Data) < PackedLen(p.K, p.N) {
		panic(fmt.Sprintf("kernel: Unpack: dst must hold a %d×%d matrix, has %d floats", p.K, p.N, len(dst)))
	}
	step := max(packBlock/max(p.N, PanelWidth), 8)
	for from := 0; from < p.K; from += step {
		to := min(from+step, p.K)
		for j := 0; j < p.N; j += PanelWidth {
			width := min(PanelWidth, p.N-j)
			panel := p.Data[j*p.K:]
			for i := from; i < to; i++ {
				copy(dst[i*p.N+j:][:width], panel[i*PanelWidth:])
			}
		}
	}
}

// packPanel packs up to 16 columns.
func packPanel(dst, b []float32, k, width, rowStride, colStride int) {
	if width < PanelWidth {
		clear(dst)
	}
	switch {
	case colStride == 1 && width == PanelWidth:
		packWhole(dst, b, k, rowStride)
	case colStride == 1:
		for i := range k {
			copy(dst[i*PanelWidth:][:width], b[i*rowStride:])
		}
	case rowStride == 1:
		Transpose(dst, b, width, k, colStride, PanelWidth)
	default:
		for i := range k {
			for j := range width {
				dst[i*PanelWidth+j] = b[i*rowStride+j*colStride]
			}
		}
	}
}

// packWholeGo packs 16 columns of a row-major matrix.
func packWholeGo(dst, b []float32, k, rowStride int) {
	for i := range k { // by value: a copy of what might overlap is a call
		row := *(*[PanelWidth]float32)(b[i*rowStride:])
		*(*[PanelWidth]float32)(dst[i*PanelWidth:]) = row
	}
}

// checkStrided panics unless a slice of n floats holds the rows×cols matrix of
// these strides.
func checkStrided(what string, n, rows, cols, rowStride, colStride int) {
	if rows == 0 || cols == 0 {
		return
	}
	if rows < 0 || cols < 0 || rowStride < 0 || colStride < 0 || !fits(n, rows, cols, rowStride, colStride) {
		panic(fmt.Sprintf("kernel: %s: %d floats do not hold a %d×%d matrix of strides (%d, %d)",
			what, n, rows, cols, rowStride, colStride))
	}
}

// fits reports whether (rows-1)*rowStride + (cols-1)*colStride < n, without
// overflow.
func fits(n, rows, cols, rowStride, colStride int) bool {
	if uint64(rows|cols|rowStride|colStride) < 1<<31 { // the sizes there are, without a division
		return int64(rows-1)*int64(rowStride)+int64(cols-1)*int64(colStride) < int64(n)
	}
	last := n - 1
	if last < 0 {
		return false
	}
	if rowStride > 0 && rows-1 > last/rowStride {
		return false
	}
	last -= (rows - 1) * rowStride
	return colStride == 0 || cols-1 <= last/colStride
}
