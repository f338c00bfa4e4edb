//go:build !noasm && (amd64 || arm64)

package kernel

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

// TestTileLayout holds the offsets the assembly uses: gen/gemm.go, gemm_arm64.s.
func TestTileLayout(t *testing.T) {
	var x tile
	assert.Equal(t, []uintptr{0, 8, 16, 24, 32, 40, 48}, []uintptr{unsafe.Offsetof(x.a), unsafe.Offsetof(x.off), unsafe.Offsetof(x.zeros),
		unsafe.Offsetof(x.b), unsafe.Offsetof(x.c), unsafe.Offsetof(x.bias), unsafe.Offsetof(x.mask)})
	assert.Equal(t, []uintptr{56, 64, 72, 80, 88, 96, 104}, []uintptr{unsafe.Offsetof(x.aShift), unsafe.Offsetof(x.segs), unsafe.Offsetof(x.segK),
		unsafe.Offsetof(x.bStride), unsafe.Offsetof(x.ldc), unsafe.Offsetof(x.cols), unsafe.Offsetof(x.blocks)})
	assert.Equal(t, []uintptr{112, 120, 128, 136, 144, 148, 152}, []uintptr{unsafe.Offsetof(x.aStep), unsafe.Offsetof(x.offStep), unsafe.Offsetof(x.cStep),
		unsafe.Offsetof(x.flags), unsafe.Offsetof(x.min), unsafe.Offsetof(x.max), unsafe.Offsetof(x.ahead)})
}
