//go:build amd64 && !noasm

package kernel

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestEmulatedGemm holds every tile of AVX-512 against chains of fused multiply-adds: runs
// of zeros, a narrow last panel, sums that go on, bounds, two blocks of six rows.
func TestEmulatedGemm(t *testing.T) {
	e := newEmulator(t)
	for rows := 1; rows <= rowBlock; rows++ {
		for panels := 1; panels <= tileWidthsAVX512[rows]; panels++ {
			for i, segK := range []int{1, 3, 4, 8, 33} {
				for _, narrow := range []int{0, 1, 9, 15} {
					for _, flags := range []uint64{0, tileAccumulate, tileClamp} {
						emulateTile(t, e, rows, panels, 1+i%3, segK, panels*PanelWidth-narrow, flags)
					}
				}
			}
		}
	}
}

func emulateTile(t *testing.T, e *emulator, rows, panels, segs, segK, n int, flags uint64) {
	what := fmt.Sprintf("%d rows, %d panels, %d runs of %d, %d columns, flags %d", rows, panels, segs, segK, n, flags)
	k, blocks := segs*segK, 1+rows/rowBlock
	m := rows * blocks
	start := (rows+n)%2 == 0
	g := &Indirect{Gemm: Gemm{C: mixed(m*(n+3)-3, 5), LDC: n + 3, A: mixed(m*k, 6), M: m, Bias: mixed(n, 7),
		B: &Packed{K: k, N: n, Data: mixed(panels*k*PanelWidth, 8)}, Min: -inf, Max: inf},
		Segs: segs, SegK: segK, Offsets: make([]int32, blocks*segs*rowBlock), Zeros: make([]float32, segK)}
	for i := range m {
		for s := range segs {
			at := &g.Offsets[(i/rowBlock*segs+s)*rowBlock+i%rowBlock]
			if *at = int32((i*segs + s) * segK); (i+s)%5 == 4 {
				*at = -1
			}
		}
	}
	g.Accumulate = flags&tileAccumulate != 0
	if flags&tileClamp != 0 {
		g.Min, g.Max = -0.5, 1
	}
	call := tile{bStride: uintptr(k) * PanelWidth * 4, segs: segs, segK: segK, ldc: uintptr(g.LDC) * 4, cols: n, blocks: blocks,
		offStep: uintptr(segs) * rowBlock * 4, cStep: uintptr(g.LDC) * rowBlock * 4, flags: flags, min: g.Min, max: g.Max}
	head := emulated{Data: unsafe.Slice((*byte)(unsafe.Pointer(&call)), unsafe.Sizeof(call)), Pointers: map[int]int{
		int(unsafe.Offsetof(call.a)): 0, int(unsafe.Offsetof(call.off)): 1, int(unsafe.Offsetof(call.zeros)): 2,
		int(unsafe.Offsetof(call.b)): 3, int(unsafe.Offsetof(call.c)): 4, int(unsafe.Offsetof(call.bias)): 5, int(unsafe.Offsetof(call.mask)): 6}}
	after := e.callLast(t, fmt.Sprintf("gemm%dx%dAVX512", rows, panels), memoryOf(g.A, start), memoryOf(g.Offsets, start), memoryOf(g.Zeros, start),
		memoryOf(g.B.Data, start), memoryOf(g.C, start), memoryOf(g.Bias, start), memoryOf(laneMasks[-n&(PanelWidth-1):][:PanelWidth], start), head)
	for i, v := range want(g, true) {
		got := math.Float32frombits(binary.LittleEndian.Uint32(after[4][4*i:]))
		require.True(t, sameFloat(v, got), "%s: %v at %d, not %v", what, got, i, v)
	}
}
