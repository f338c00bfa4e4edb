package kernel

import (
	"math"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// guarded returns n floats next to a page that faults on any access: the page
// after the last float, or, with atStart, the page before the first. shift
// moves them that many floats away from the fault (alignment); it must be small.
func guarded(t testing.TB, n, shift int, atStart bool) []float32 {
	t.Helper()
	if n == 0 {
		return nil
	}
	page := syscall.Getpagesize()
	body := ((n+shift)*4 + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, body+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	require.NoError(t, syscall.Mprotect(mem[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(mem[page+body:], syscall.PROT_NONE))
	floats := unsafe.Slice((*float32)(unsafe.Pointer(&mem[page])), body/4)
	if atStart {
		return floats[shift : shift+n : shift+n]
	}
	end := len(floats) - shift
	return floats[end-n : end : end]
}

// TestRowsFarApart holds that rows whose distance does not fit the offsets of
// the assembly are multiplied all the same. The memory is not touched between
// them.
func TestRowsFarApart(t *testing.T) {
	if math.MaxInt == math.MaxInt32 {
		t.Skip("needs 64-bit addresses")
	}
	const m, k = 3, 5
	lda := math.MaxInt32/rowBlock + 1
	mem, err := syscall.Mmap(-1, 0, (2*lda+k)*4, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		t.Skipf("no address space: %v", err)
	}
	defer func() { _ = syscall.Munmap(mem) }()
	g := Indirect{Gemm: Gemm{C: make([]float32, m*20), LDC: 20, A: unsafe.Slice((*float32)(unsafe.Pointer(&mem[0])), len(mem)/4),
		LDA: lda, M: m, B: NewPacked(make([]float32, k*20), k, 20, 20, 1), Min: -inf, Max: inf}}
	for i := range g.B.Data {
		g.B.Data[i] = float32(i)
	}
	for i := range m {
		for j := range k {
			g.A[i*lda+j] = float32(i*k + j)
		}
	}
	eachVariant(t, func(t *testing.T) { checkProduct(t, &g) })
}
