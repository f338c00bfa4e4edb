package kernel

import (
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
