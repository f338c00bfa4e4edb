package layers

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	register(func() Layer { return &Dense{UseBias: true} }, "Dense")
}

// Dense is activation(x·kernel + bias) over the last axis
// (keras/src/layers/core/dense.py).
type Dense struct {
	Common
	quantized
	kernelOptions
	biasOptions
	Units      int        `keras:"units"`
	Activation Activation `keras:"activation"`
	UseBias    bool       `keras:"use_bias"`
}

// Validate implements validator.
func (l *Dense) Validate(d *Decoder) {
	if l.Units < 1 {
		d.Broken("units must be >= 1, received %d", l.Units)
	}
	l.wantQuantizer(d)
}

// Build implements Layer.
func (l *Dense) Build(in []runtime.Shape) ([]Weight, error) {
	if err := WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	if err := WantRank(in[0], 2, -1); err != nil {
		return nil, err
	}
	n, err := WantKnown(in[0], -1)
	if err != nil {
		return nil, err
	}
	w := []Weight{l.kernel(runtime.Shape{n, l.Units})}
	if l.UseBias {
		w = append(w, l.biased(runtime.Shape{l.Units}))
	}
	if l.DType.Quantization != "" {
		w = quantizedWeights(w, "kernel", runtime.Shape{l.Units})
	}
	return w, nil
}

// Call implements Layer.
func (l *Dense) Call(c *Call, in []Tensor) ([]Tensor, error) {
	var y *runtime.Value
	if l.DType.Quantization != "" {
		y = l.quantizedEinsum(c, "...a,ab->...b", in[0].Value, c.Weights[0], c.Weights[len(c.Weights)-1])
	} else {
		y = c.MatMul(in[0].Value, c.Weights[0])
	}
	if l.UseBias {
		y = c.Add(y, c.Weights[1])
	}
	t := l.Activation.Apply(c, y)
	t.Mask = in[0].Mask
	return []Tensor{t}, nil
}
