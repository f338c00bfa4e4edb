package runtime

// cast converts elements to another type. A float becomes an integer by
// dropping its fraction, anything but 0 becomes true.
type cast struct{ to DType }

func (o cast) name() string { return "cast" }

func (o cast) infer(in []Type) ([]Type, error) {
	if o.to == String || o.to == Int8 {
		return nil, &ShapeError{Wanted: "a type of numbers", Received: o.to.String()}
	}
	return []Type{{o.to, in[0].Shape}}, nil
}

func (o cast) keepsRows(_ *node, rows []bool) bool { return rows[0] }

func (o cast) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	return chunked(y.len, 1, func(f *frame, lo, hi int) {
		switch x.DType {
		case Float32:
			castTo(f, y, lo, f.f32(x)[lo:hi], func(v float32) float64 { return float64(v) })
		case Int32:
			castTo(f, y, lo, f.i32(x)[lo:hi], func(v int32) float64 { return float64(v) })
		case Int64:
			if o.to == Int32 { // not through float64: that would round
				for i, v := range f.i64(x)[lo:hi] {
					f.i32(y)[lo+i] = int32(v)
				}
				return
			}
			castTo(f, y, lo, f.i64(x)[lo:hi], func(v int64) float64 { return float64(v) })
		case Bool:
			castTo(f, y, lo, f.bools(x)[lo:hi], func(v bool) float64 { return float64(bit(v)) })
		case Int8:
			castTo(f, y, lo, f.i8(x)[lo:hi], func(v int8) float64 { return float64(v) })
		}
	})
}

func castTo[T element](f *frame, y operand, at int, x []T, number func(T) float64) {
	switch y.DType {
	case Float32:
		for i, v := range x {
			f.f32(y)[at+i] = float32(number(v))
		}
	case Int32:
		for i, v := range x {
			f.i32(y)[at+i] = int32(number(v))
		}
	case Int64:
		for i, v := range x {
			f.i64(y)[at+i] = int64(number(v))
		}
	case Bool:
		for i, v := range x {
			f.bools(y)[at+i] = number(v) != 0
		}
	}
}

func (o cast) gradient(b *Builder, n *node, dout []*Value) []*Value { return []*Value{nil} }

// Cast adds x converted to the given type; x itself if it has that type.
func (b *Builder) Cast(x *Value, to DType) *Value {
	if x.DType == to {
		return x
	}
	return b.apply(cast{to}, x)
}
