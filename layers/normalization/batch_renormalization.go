package normalization

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// clipping bounds the corrections of batch renormalization; each is optional.
type clipping struct {
	RMin, RMax, DMax *float64
}

// DecodeOption implements layers.OptionDecoder.
func (k *clipping) DecodeOption(d *layers.Decoder, v any) {
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		d.Broken("wanted an object with rmin, rmax and dmax, received %s", layers.Brief(v))
		return
	}
	for key, e := range m {
		into := map[string]**float64{"rmin": &k.RMin, "rmax": &k.RMax, "dmax": &k.DMax}[key]
		if into == nil {
			d.Broken("wanted rmin, rmax and dmax, received %q", key)
			return
		}
		if e == nil {
			continue
		}
		f, ok := layers.Float(e)
		if !ok || math.IsNaN(f) {
			d.Broken("%s must be a number, received %s", key, layers.Brief(e))
			return
		}
		*into = &f
	}
}

// renormWeights are what batch renormalization remembers beside the moving averages.
func (l *BatchNormalization) renormWeights(shape runtime.Shape) []layers.Weight {
	if !l.Renorm {
		return nil
	}
	return []layers.Weight{
		{Name: "moving_stddev", Shape: shape, Initializer: l.MovingVarianceInitializer}, // its root: Validate lets only 0 and 1 pass
		{Name: "renorm_mean", Shape: shape, Initializer: l.MovingMeanInitializer},
		{Name: "renorm_stddev", Shape: shape, Initializer: l.MovingVarianceInitializer},
	}
}

// renormed corrects scale and shift by how the batch differs from what was seen
// before, and moves the averages (Ioffe 2017;
// keras/src/layers/normalization/batch_normalization.py,
// _renorm_correction_and_moments and _update_renorm_statistics).
func (l *BatchNormalization) renormed(c *layers.Call, mean, variance, gamma, beta *runtime.Value) (g, b *runtime.Value) {
	epsilon := c.Scalar(float32(l.Epsilon))
	deviation := c.Sqrt(c.Add(variance, epsilon))
	known := c.Maximum(c.Weight("renorm_stddev"), c.Scalar(float32(math.Sqrt(l.Epsilon))))
	r := c.Div(deviation, known)
	d := c.Div(c.Sub(mean, c.Weight("renorm_mean")), known)
	var limits clipping
	if l.RenormClipping != nil {
		limits = *l.RenormClipping
	}
	if m := limits.RMin; m != nil {
		r = c.Maximum(r, c.Scalar(float32(*m)))
	}
	if m := limits.RMax; m != nil {
		r = c.Minimum(r, c.Scalar(float32(*m)))
	}
	if m := limits.DMax; m != nil {
		d = c.Minimum(c.Maximum(d, c.Scalar(float32(-*m))), c.Scalar(float32(*m)))
	}
	g, b = c.StopGradient(r), c.StopGradient(d)
	if gamma != nil {
		g, b = c.Mul(g, gamma), c.Mul(b, gamma)
	}
	if beta != nil {
		b = c.Add(b, beta)
	}

	move := func(name string, new *runtime.Value, momentum float64) *runtime.Value {
		v := moved(c, c.Current(name), new, momentum)
		c.Update(name, v)
		return v
	}
	move("renorm_mean", mean, l.RenormMomentum)
	move("renorm_stddev", deviation, l.RenormMomentum)
	move("moving_mean", mean, l.Momentum)
	stddev := move("moving_stddev", deviation, l.Momentum)
	c.Update("moving_variance", c.Relu(c.Sub(c.Square(stddev), epsilon)))
	return g, b
}

// checkRenorm reports what renorm cannot be combined with.
func (l *BatchNormalization) checkRenorm(d *layers.Decoder) {
	if !l.Renorm {
		return
	}
	if class := l.MovingVarianceInitializer.Class; class != "Ones" && class != "Zeros" {
		d.Unsupported("renorm with moving_variance_initializer=%s", class)
	}
	if len(l.Axis) > 1 || l.Keras1Mode != 0 {
		d.Unsupported("renorm with %s", fmt.Sprint("axis=", l.Axis))
	}
}
