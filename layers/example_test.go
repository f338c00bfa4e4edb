package layers_test

import (
	"context"
	"fmt"
	"log"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// scale multiplies each feature by a weight, and by a factor.
type scale struct {
	layers.Common
	Factor float64 `keras:"factor"`
}

func (l *scale) Build(in []runtime.Shape) ([]layers.Weight, error) {
	n, err := layers.WantKnown(in[0], -1)
	return []layers.Weight{{Name: "gain", Shape: runtime.Shape{n}, Trainable: true, Initializer: layers.Initializer{Class: "Ones"}}}, err
}

func (l *scale) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y := c.Mul(c.Mul(in[0].Value, c.Weight("gain")), c.Scalar(float32(l.Factor)))
	return layers.Keep(in[0], y) // with the input's mask
}

// A layer of one's own is registered under the name that Keras wrote to the
// file. examples/customlayer has a longer one.
func ExampleRegister() {
	layers.Register("my_package>Scale", func() layers.Layer { return &scale{Factor: 1} })

	m, err := keras.FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "model", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3]}},
		{"class_name": "Scale", "registered_name": "my_package>Scale", "config": {"name": "scale", "factor": 10}}]}}`))
	if err != nil {
		log.Fatal(err)
	}
	// A configuration brings no weights. A file would; here they are given.
	gain, _ := runtime.TensorOf([]float32{1, 0, -1}, 3)
	if m, err = m.WithWeights([]*runtime.Tensor{gain}); err != nil {
		log.Fatal(err)
	}
	p, err := m.Compile()
	if err != nil {
		log.Fatal(err)
	}
	x, _ := runtime.TensorOf([]float32{1, 2, 3}, 1, 3)
	y, err := p.RunAll(context.Background(), []*runtime.Tensor{x})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y[0].Float32s())
	// Output: [10 0 -30]
}
