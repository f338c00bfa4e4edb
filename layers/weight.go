package layers

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// Weight describes one variable of a layer.
type Weight struct {
	Name        string        // "kernel"
	Path        string        // the object within the layer that owns it, as in Keras 3 files: "", "cell", "query_dense"
	Layer       string        // for weights of nested layers: the nested layer's path of names, "outer/inner"
	Shape       runtime.Shape // fully known
	DType       string        // "" is the layer's variable dtype; otherwise "int64", "int8", …
	Trainable   bool
	Initializer Initializer
	Regularizer *Regularizer
	Constraint  *Constraint
	Given       *runtime.Tensor // its value by the configuration; the .h5 of Keras 3 does not hold such a weight
	LoRA        bool            // not trained because factors beside it are; files hold it as any kernel
	Leads       bool            // Keras lists it before its layer's kernel, as if it were trained: the order of an .h5
	Packed      bool            // bytes of quantized numbers, in a file int8 or uint8: DType says which
	Valid       *Valid          // what a file's numbers must be, nil for any
	Shared      string          // weights with the same key are one: their layer stands at several places, or a layer lists one twice
}

// Valid tells numbers that a weight may hold from those that no Keras writes.
type Valid struct {
	Wanted string // in words
	Of     func(x float32) bool
}

// Type returns what a graph sees of the weight. Half precision, float64 and small
// integers other than int8 are computed with as float32.
func (w Weight) Type() runtime.Type {
	t := runtime.Type{DType: runtime.Float32, Shape: w.Shape}
	switch {
	case w.DType == "int8" || w.Packed:
		t.DType = runtime.Int8
	case w.DType == "int32", w.DType == "int64", w.DType == "uint32", w.DType == "bool":
		t.DType = ValueType(w.DType)
	}
	return t
}

// Within places the weights of a layer in the layer around it: path is the
// attribute that holds the inner layer.
func Within(w []Weight, path, name string, trainable bool) []Weight {
	for i := range w {
		w[i].Path = joined(path, w[i].Path)
		w[i].Layer = joined(name, w[i].Layer)
		w[i].Trainable = w[i].Trainable && trainable
	}
	return w
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "/" + b
}

// SavedName is the name by which Keras 3 saves a layer in a list: its class,
// numbered from the second on.
func SavedName(class string, used map[string]int) string {
	if i := strings.LastIndexByte(class, '>'); i >= 0 {
		class = class[i+1:]
	}
	name := SnakeCase(class)
	n := used[name]
	used[name]++
	if n > 0 {
		return fmt.Sprintf("%s_%d", name, n)
	}
	return name
}
