package arrays

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/runtime"
)

// Tensor converts an array to the element type that an input takes, as Keras
// does: floats are truncated for integers, and whatever is not 0 is true. It
// fails where an integer does not fit. The memory is shared where the types are
// the same.
func Tensor(a *npz.Array, dtype runtime.DType) (*runtime.Tensor, error) {
	switch dtype {
	case runtime.Float32:
		v, err := a.Float32s()
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(v, a.Shape...)
	case runtime.Bool:
		v, err := bools(a)
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(v, a.Shape...)
	case runtime.Int64:
		v, err := whole(a)
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(v, a.Shape...)
	case runtime.Int32:
		v, err := int32s(a)
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(v, a.Shape...)
	case runtime.String:
		v, err := a.Strings()
		if err != nil {
			return nil, err
		}
		return runtime.TensorOf(v, a.Shape...)
	}
	return nil, fmt.Errorf("an array cannot become a tensor of %s", dtype)
}

// Array is a tensor in NumPy's terms, sharing its memory.
func Array(t *runtime.Tensor) *npz.Array {
	a := &npz.Array{Shape: t.Shape()}
	switch t.DType() {
	case runtime.Int32:
		a.DType, a.Data = "i4", t.Int32s()
	case runtime.Int64:
		a.DType, a.Data = "i8", t.Int64s()
	case runtime.Bool:
		a.DType, a.Data = "b1", t.Bools()
	case runtime.String:
		a.DType, a.Data = npz.Of(t.Strings()).DType, t.Strings()
	default:
		a.DType, a.Data = "f4", t.Float32s()
	}
	return a
}

func bools(a *npz.Array) ([]bool, error) {
	if v, ok := a.Data.([]bool); ok {
		return v, nil
	}
	v, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(v))
	for i := range v {
		out[i] = v[i] != 0
	}
	return out, nil
}

// whole keeps 64-bit integers exact and truncates floats.
func whole(a *npz.Array) ([]int64, error) {
	switch a.Data.(type) {
	case []float32, []float64, []uint16: // uint16 may be half precision
	default:
		return a.Int64s()
	}
	v, err := a.Float64s()
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(v))
	for i, x := range v {
		if !(x > -0x1p63-1 && x < 0x1p63) {
			return nil, fmt.Errorf("element %d must fit 64-bit integers, received %v", i, x)
		}
		out[i] = int64(x)
	}
	return out, nil
}

func int32s(a *npz.Array) ([]int32, error) {
	if v, ok := a.Data.([]int32); ok {
		return v, nil
	}
	v, err := whole(a)
	if err != nil {
		return nil, err
	}
	out := make([]int32, len(v))
	for i, x := range v {
		if x < math.MinInt32 || x > math.MaxInt32 {
			return nil, fmt.Errorf("element %d must fit 32-bit integers, received %d", i, x)
		}
		out[i] = int32(x)
	}
	return out, nil
}
