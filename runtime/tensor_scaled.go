package runtime

import (
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// scaling is a tensor of which each index of an axis is multiplied by a number of its
// own. Products read it packed, so that it need not be kept beside that.
type scaling struct {
	of   *Tensor
	axis int
	by   []float32
	onDemand
}

// largeScaling is from how many elements on a product is worked out when it is read.
const largeScaling = 16 << 10

// scaled returns t with the elements along an axis multiplied by scale.
func scaled(t *Tensor, axis int, scale []float32) *Tensor {
	s := &scaling{of: t, axis: axis, by: scale}
	if t.n >= largeScaling {
		return &Tensor{dtype: Float32, shape: append(Shape{}, t.shape...), n: t.n, source: s}
	}
	c, _ := NewTensor(t.dtype, t.shape...)
	s.write(c.Float32s())
	return c
}

func (s *scaling) inOrder() unsafe.Pointer { return s.get(s.of.n, s.write) }

func (s *scaling) write(dst []float32) {
	into := room(dst)
	src := s.of.elements(&into)
	if s.axis == len(s.of.shape)-1 {
		kernel.MulRow(dst, src, s.by)
		return
	}
	inner := s.of.shape[s.axis+1:].size()
	for i := 0; i*inner < len(dst); i++ {
		kernel.MulScalar(dst[i*inner:][:inner], src[i*inner:][:inner], s.by[i%len(s.by)])
	}
}
