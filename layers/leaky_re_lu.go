package layers

func init() {
	register(func() Layer { return &LeakyReLU{NegativeSlope: 0.3} }, "LeakyReLU")
}

// LeakyReLU is x where x > 0, else negative_slope·x
// (keras/src/layers/activations/leaky_relu.py).
type LeakyReLU struct {
	Common
	NegativeSlope float64 `keras:"negative_slope"`
}

// Validate implements validator.
func (l *LeakyReLU) Validate(d *Decoder) {
	if l.NegativeSlope < 0 {
		d.Broken("negative_slope must be >= 0, received %v", l.NegativeSlope)
	}
}

// Call implements Layer.
func (l *LeakyReLU) Call(c *Call, in []Tensor) ([]Tensor, error) {
	return Keep(in[0], c.LeakyRelu(in[0].Value, float32(l.NegativeSlope)))
}
