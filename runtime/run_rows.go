package runtime

import (
	"context"
	"fmt"
	"unsafe"
)

// RunRows runs a program with one float32 input and one float32 output, whose
// only unknown axis is the batch, on rows of x. It is Run without making tensors.
// It returns a *ShapeError when the program is another or a slice does not hold
// exactly that many rows.
func (p *Program) RunRows(ctx context.Context, dst, x []float32, rows int) error {
	if len(p.g.inputs) != 1 || len(p.g.outputs) != 1 {
		return &ShapeError{What: "rows", Wanted: "one input and one output", Received: fmt.Sprintf("%d and %d", len(p.g.inputs), len(p.g.outputs))}
	}
	if err := holdsRows("input", p.g.inputs[0].Type, x, rows); err != nil {
		return err
	}
	if err := holdsRows("output", p.g.outputs[0].Type, dst, rows); err != nil {
		return err
	}
	s := p.idle.take(p)
	s.in.setRows(p.g.inputs[0].Shape, x, rows)
	s.out.setRows(p.g.outputs[0].Shape, dst, rows)
	err := s.runSame(ctx, rows)
	s.in.data, s.out.data = nil, nil // keep nothing of the caller's alive
	p.idle.give(s)
	return err
}

// runSame is Run of as many rows of the one input, that have been checked, without what
// the last call found out when it had as many.
func (s *Session) runSame(ctx context.Context, rows int) error {
	if s.whole == nil || s.wholeRows != rows {
		return s.Run(ctx, s.ins[:], s.outs[:])
	}
	s.watch = watchOf(ctx)
	err := s.execute(s.whole, s.ins[:], s.outs[:], 0)
	if err == nil {
		err = s.watch.err()
	}
	s.watch = watch{}
	return err
}

// holdsRows checks that data is rows of a float32 value of this type.
func holdsRows(what string, t Type, data []float32, rows int) error {
	row := 1
	ok := t.DType == Float32 && len(t.Shape) > 0 && t.Shape[0] < 0 && rows >= 0
	if ok {
		for _, d := range t.Shape[1:] {
			ok = ok && d >= 0
			row *= d
		}
	}
	if row > 0 { // divided, for rows*row may overflow
		ok = ok && len(data)%row == 0 && len(data)/row == rows
	} else {
		ok = ok && len(data) == 0
	}
	if !ok {
		return &ShapeError{What: what, Wanted: fmt.Sprintf("%d rows of %s", rows, t), Received: fmt.Sprintf("%d numbers", len(data))}
	}
	return nil
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
