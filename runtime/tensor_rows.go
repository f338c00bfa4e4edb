package runtime

import "unsafe"

// Rows returns the rows lo <= r < hi of the first axis, sharing their memory.
// The bounds must lie within it.
func (t *Tensor) Rows(lo, hi int) *Tensor {
	row := Shape(t.shape[1:]).size()
	shape := t.shape.clone()
	shape[0] = hi - lo
	data := t.memory()
	_ = unsafe.Slice((*byte)(data), t.n*t.dtype.Size())[lo*row*t.dtype.Size() : hi*row*t.dtype.Size()]
	return &Tensor{dtype: t.dtype, shape: shape, n: (hi - lo) * row, data: unsafe.Add(data, lo*row*t.dtype.Size())}
}

// Take returns a copy of the rows of the first axis that order names, which
// must lie within it.
func (t *Tensor) Take(order []int) *Tensor {
	shape := t.shape.clone()
	shape[0] = len(order)
	out, _ := NewTensor(t.dtype, shape...)
	t.TakeInto(out, order)
	return out
}

// TakeInto is Take into a tensor of len(order) rows of t's type.
func (t *Tensor) TakeInto(out *Tensor, order []int) {
	row := Shape(t.shape[1:]).size()
	if t.dtype == String {
		from, to := t.Strings(), out.Strings()
		for i, o := range order {
			copy(to[i*row:(i+1)*row], from[o*row:(o+1)*row])
		}
		return
	}
	size := row * t.dtype.Size()
	from, to := unsafe.Slice((*byte)(t.memory()), t.n*t.dtype.Size()), unsafe.Slice((*byte)(out.data), out.n*out.dtype.Size())
	for i, o := range order {
		copy(to[i*size:(i+1)*size], from[o*size:(o+1)*size])
	}
}
