package runtime

import (
	"context"
	"unsafe"
)

// Feed names tensors.
type Feed map[string]*Tensor

// Rows runs a program with one float32 input and one float32 output, whose only
// unknown axis is the batch, on rows of x. It is Run without making tensors.
func (p *Program) Rows(dst, x []float32, rows int) error {
	s := p.idle.take(p)
	s.in.setRows(p.g.Inputs[0].Shape, x, rows)
	s.out.setRows(p.g.Outputs[0].Shape, dst, rows)
	err := s.Run(context.Background(), s.ins[:], s.outs[:])
	s.in.data, s.out.data = nil, nil // keep nothing of the caller's alive
	p.idle.give(s)
	return err
}

// setRows points the tensor at rows of the given type's shape.
func (t *Tensor) setRows(shape Shape, data []float32, rows int) {
	if cap(t.shape) < len(shape) {
		t.shape = make(Shape, len(shape))
	}
	t.shape = t.shape[:len(shape)]
	copy(t.shape, shape)
	t.shape[0] = rows
	t.dtype, t.n = Float32, len(data)
	t.data = unsafe.Pointer(unsafe.SliceData(data))
}
