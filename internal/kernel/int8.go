package kernel

import (
	"fmt"
	"math"
)

// PackedInt8 is a K×N matrix of int8 in panels of 16 columns, each panel in order of
// pairs of rows: element (k, n) is
//
//	Data[(n/16)*16*K2 + (k/2)*32 + (n%16)*2 + k%2]
//
// where K2 is K rounded up to even. What is beyond K and N is zeros.
type PackedInt8 struct {
	K, N int
	Data []int8
}

// Panels returns the number of panels.
func (p *PackedInt8) Panels() int { return (p.N + PanelWidth - 1) / PanelWidth }

// EvenUp rounds up to even: the length of a row of IntProduct.A.
func EvenUp(k int) int { return k + k&1 }

// PackedInt8Len returns the bytes that a packed k×n matrix takes. It panics when
// that does not fit an int.
func PackedInt8Len(k, n int) int {
	if k == math.MaxInt {
		panic(fmt.Sprintf("kernel: cannot pack a %d×%d matrix", k, n))
	}
	return PackedLen(EvenUp(k), n)
}

// PackInt8 writes the k×n matrix whose element (i, j) is b[i*rowStride + j*colStride]
// to dst in the layout of PackedInt8.
func PackInt8(dst, b []int8, k, n, rowStride, colStride int) {
	need := PackedInt8Len(k, n)
	if need == 0 {
		return
	}
	if len(dst) < need {
		panic(fmt.Sprintf("kernel: PackInt8: dst must hold %d bytes, has %d", need, len(dst)))
	}
	checkStrided("PackInt8: b", len(b), k, n, rowStride, colStride)
	k2 := EvenUp(k)
	for j := 0; j < n; j += PanelWidth {
		panel := dst[j*k2 : (j+PanelWidth)*k2]
		width := min(PanelWidth, n-j)
		if width < PanelWidth || k2 > k {
			clear(panel)
		}
		for i := range k {
			row := panel[i/2*2*PanelWidth+i%2:]
			from := b[i*rowStride+j*colStride:]
			for c := range width {
				row[2*c] = from[c*colStride]
			}
		}
	}
}

// IntProduct is a product of whole numbers with a packed matrix:
//
//	C[i,j] = sum over k of A[i,k]*B[k,j]
//
// for i in [0, M) and j in the chosen panels of B, in int32, which wraps around. It is
// exact, so the order of its sums is free.
type IntProduct struct {
	C   []int32 // M rows of whole panels, LDC apart: columns beyond B.N get zeros
	LDC int     // at least 16*B.Panels()
	A   []int16 // M rows of B.K values from -128 to 127 and, when that is odd, a 0; EvenUp(B.K) apart
	M   int
	B   *PackedInt8
	// PanelLo and PanelHi choose the panels of B: [PanelLo, PanelHi), or all when both
	// are 0.
	PanelLo, PanelHi int
}

// Run computes the product. It panics when a slice is too short for the sizes.
func (g *IntProduct) Run() {
	lo, hi := g.check()
	if g.M == 0 || lo == hi {
		return
	}
	if !g.native(lo, hi) {
		g.portable(lo, hi)
	}
}

func (g *IntProduct) check() (lo, hi int) {
	b := g.B
	if b.K < 0 || b.N < 0 || len(b.Data) < PackedInt8Len(b.K, b.N) {
		panic(fmt.Sprintf("kernel: IntProduct: B is %d×%d but has %d bytes", b.K, b.N, len(b.Data)))
	}
	lo, hi = g.PanelLo, g.PanelHi
	if lo == 0 && hi == 0 {
		hi = b.Panels()
	}
	if lo < 0 || lo > hi || hi > b.Panels() {
		panic(fmt.Sprintf("kernel: IntProduct: panels [%d, %d) of %d", lo, hi, b.Panels()))
	}
	if g.M < 0 || g.LDC < b.Panels()*PanelWidth {
		panic(fmt.Sprintf("kernel: IntProduct: M = %d, LDC = %d for %d panels", g.M, g.LDC, b.Panels()))
	}
	checkStrided("IntProduct: C", len(g.C), g.M, b.Panels()*PanelWidth, g.LDC, 1)
	checkStrided("IntProduct: A", len(g.A), g.M, EvenUp(b.K), EvenUp(b.K), 1)
	return lo, hi
}

// portable is the product in pure Go.
func (g *IntProduct) portable(lo, hi int) {
	k2 := EvenUp(g.B.K)
	for i := range g.M {
		a := g.A[i*k2:][:k2]
		for p := lo; p < hi; p++ {
			var acc [PanelWidth]int32
			panel := g.B.Data[p*PanelWidth*k2:][:PanelWidth*k2]
			for k := 0; k < k2; k += 2 {
				x, y := int32(a[k]), int32(a[k+1])
				row := (*[2 * PanelWidth]int8)(panel[k*PanelWidth:])
				for c := range acc {
					acc[c] += x*int32(row[2*c]) + y*int32(row[2*c+1])
				}
			}
			copy(g.C[i*g.LDC+p*PanelWidth:], acc[:])
		}
	}
}
