package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// same2D is a depthwise convolution with padding as Keras' "same" has it.
func same2D(height, width, c, size, stride int) *Depthwise2D {
	out := func(n int) int { return (n + stride - 1) / stride }
	pad := func(n int) int { return max((out(n)-1)*stride+size-n, 0) / 2 }
	return &Depthwise2D{
		Dst: make([]float32, out(height)*out(width)*c),
		Src: random(height*width*c, 1), Kernel: random(size*size*c, 2), Bias: random(c, 3),
		Height: height, Width: width, C: c, OutHeight: out(height), OutWidth: out(width),
		KernelHeight: size, KernelWidth: size, StrideHeight: stride, StrideWidth: stride,
		PadTop: pad(height), PadLeft: pad(width),
		Min: float32(math.Inf(-1)), Max: float32(math.Inf(1)),
	}
}

func TestDepthwise2D(t *testing.T) {
	var edge [4][]float32
	for i := range edge {
		edge[i] = guarded(t, 9*20*70, 0, false)
	}
	eachVariant(t, func(t *testing.T) {
		for _, size := range []int{1, 2, 3, 4, 5, 7, 9} {
			for stride := 1; stride <= 3; stride++ {
				for _, c := range []int{1, 3, 8, 13, 16, 24, 33, 70} {
					for _, width := range []int{1, 2, 5, 9, 20} {
						d := same2D(1+width%9, width, c, size, stride)
						name := fmt.Sprintf("size %d stride %d c %d width %d", size, stride, c, width)
						if c%3 == 0 {
							d.Bias = nil
						}
						if c%2 == 0 {
							d.Min, d.Max = 0, 6
						}
						for y := range d.OutHeight {
							for x := range d.OutWidth {
								d.pixelGo(y, x)
							}
						}
						want := d.Dst
						d.Src, d.Kernel = atEdge(edge[0], d.Src), atEdge(edge[1], d.Kernel)
						if d.Bias != nil {
							d.Bias = atEdge(edge[2], d.Bias)
						}
						d.Dst = atEdge(edge[3], make([]float32, len(want)))
						d.Run(0, d.OutHeight)
						assertNear(t, want, d.Dst, 1e-5, name)
						requireTable(t, d, name)
					}
				}
			}
		}
	})
}

// requireTable runs d by a table of offsets and requires the same answers; to
// the bit, because every routine adds the taps in order.
func requireTable(t *testing.T, d *Depthwise2D, name string) {
	taps := d.KernelHeight * d.KernelWidth
	table := Depthwise{
		Dst: make([]float32, len(d.Dst)), Src: d.Src, Kernel: d.Kernel, Bias: d.Bias,
		Taps: taps, C: d.C, Pixels: d.OutHeight * d.OutWidth,
		Zeros: make([]float32, d.C), Min: d.Min, Max: d.Max,
	}
	for y := range d.OutHeight {
		for x := range d.OutWidth {
			for k := range taps {
				sy := y*d.StrideHeight - d.PadTop + k/d.KernelWidth
				sx := x*d.StrideWidth - d.PadLeft + k%d.KernelWidth
				off := int32(-1)
				if sy >= 0 && sy < d.Height && sx >= 0 && sx < d.Width {
					off = int32((sy*d.Width + sx) * d.C)
				}
				table.Offsets = append(table.Offsets, off)
			}
		}
	}
	table.Run()
	requireSameBits(t, d.Dst, table.Dst, name+" by table")
}

func TestDepthwise2DOneByOne(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		d := same2D(14, 14, 40, 3, 1)
		d.Run(0, d.OutHeight)
		whole := append([]float32(nil), d.Dst...)
		clear(d.Dst)
		for y := range d.OutHeight {
			d.Run(y, y+1)
		}
		requireSameBits(t, whole, d.Dst, "row by row")
	})
}

// TestDepthwise2DNoInput has windows that lie in the padding alone.
func TestDepthwise2DNoInput(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		d := same2D(0, 0, 3, 3, 1)
		d.OutHeight, d.OutWidth, d.PadTop, d.PadLeft = 1, 2, 2, 2
		d.Dst = make([]float32, 6)
		d.Run(0, d.OutHeight)
		require.Equal(t, append(d.Bias, d.Bias...), d.Dst)
	})
}

func TestDepthwiseNaN(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		d := same2D(9, 9, 19, 3, 1)
		d.Min, d.Max = 0, 6
		d.Src[(4*9+4)*19+18] = float32(math.NaN())
		d.Run(0, d.OutHeight)
		for y := range 9 {
			for x := range 9 {
				v := d.Dst[(y*9+x)*19+18]
				near := y >= 3 && y <= 5 && x >= 3 && x <= 5
				require.Equal(t, near, v != v, "pixel %d, %d", y, x)
			}
		}
	})
}

// BenchmarkDepthwise times the depthwise layers of MobileNetV2, and some of
// EfficientNet and ConvNeXt.
func BenchmarkDepthwise(b *testing.B) {

	eachNative(b, func(b *testing.B) {
		for _, s := range []struct{ width, c, size, stride int }{
			{112, 32, 3, 1}, {112, 96, 3, 2}, {56, 144, 3, 1}, {56, 144, 3, 2}, {28, 192, 3, 1},
			{28, 192, 3, 2}, {14, 384, 3, 1}, {14, 576, 3, 1}, {14, 576, 3, 2}, {7, 960, 3, 1},
			{28, 240, 5, 1}, {14, 480, 5, 1}, {28, 240, 5, 2}, {14, 384, 7, 1},
		} {
			b.Run(fmt.Sprintf("%dx%dx%d_k%ds%d", s.width, s.width, s.c, s.size, s.stride), func(b *testing.B) {
				d := same2D(s.width, s.width, s.c, s.size, s.stride)
				measure(b, 2*len(d.Dst)*s.size*s.size, func() { d.Run(0, d.OutHeight) })
			})
		}
	})
}
