package layers

func init() {
	register(func() Layer { return &ThresholdedReLU{Theta: 1} }, "ThresholdedReLU")
}

// ThresholdedReLU is x where x > theta, else 0: a layer of Keras 2
// (keras/src/layers/activation/thresholded_relu.py of 2.15).
type ThresholdedReLU struct {
	Common
	Theta float64 `keras:"theta"`
}

// Validate implements validator.
func (l *ThresholdedReLU) Validate(d *Decoder) {
	if l.Theta < 0 {
		d.Broken("theta must be >= 0, received %v", l.Theta)
	}
}

// Call implements Layer.
func (l *ThresholdedReLU) Call(c *Call, in []Tensor) ([]Tensor, error) {
	x := in[0].Value
	return Keep(in[0], c.Select(c.Greater(x, c.Scalar(float32(l.Theta))), x, c.Scalar(0)))
}
