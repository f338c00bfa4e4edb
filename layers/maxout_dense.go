package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &MaxoutDense{UseBias: true, Features: 4} }, "MaxoutDense")
}

// MaxoutDense is the largest of several products x·kernel[i] + bias[i], a layer
// of Keras 1 (keras 1.2.2, layers/core.py). Its options have the names of Dense.
type MaxoutDense struct {
	Common
	kernelOptions
	biasOptions
	Units    int  `keras:"units"`
	Features int  `keras:"nb_feature"`
	UseBias  bool `keras:"use_bias"`
}

// Validate implements validator.
func (l *MaxoutDense) Validate(d *Decoder) {
	if l.Units < 1 || l.Features < 1 {
		d.Broken("units and nb_feature must be >= 1, received %d and %d", l.Units, l.Features)
	}
}

// Build implements Layer.
func (l *MaxoutDense) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := WantRank(in[0], 2, 2); err != nil {
		return nil, err
	}
	n, err := WantKnown(in[0], -1)
	if err != nil {
		return nil, err
	}
	w := []Weight{l.kernel(runtime.Shape{l.Features, n, l.Units})}
	if l.UseBias {
		w = append(w, l.biased(runtime.Shape{l.Features, l.Units}))
	}
	return w, nil
}

// Call implements Layer.
func (l *MaxoutDense) Call(c *Call, in []Tensor) ([]Tensor, error) {
	kernel := c.Reshape(c.Transpose(c.Weights[0], 1, 0, 2), in[0].Shape[1], l.Features*l.Units)
	y := c.Reshape(c.MatMul(in[0].Value, kernel), runtime.CopyAxis(0), l.Features, l.Units)
	if l.UseBias {
		y = c.Add(y, c.Weights[1])
	}
	return One(c.Max(y, []int{1}, false))
}
