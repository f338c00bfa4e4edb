package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
)

func init() {
	layers.RegisterKeras("GlobalAveragePooling1D", func() layers.Layer { return &GlobalAveragePooling1D{newGlobalAveragePooling(1)} }, "GlobalAvgPool1D")
}

// GlobalAveragePooling1D takes the mean over one spatial axis, of the steps
// that the mask lets through if there is one
// (keras/src/layers/pooling/global_average_pooling1d.py).
type GlobalAveragePooling1D struct{ globalAverage }

// MaskPlace implements layers.MaskPlacer.
func (l *GlobalAveragePooling1D) MaskPlace() int { return 1 }

// Call implements Layer.
func (l *GlobalAveragePooling1D) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if in[0].Mask == nil {
		return l.globalAverage.Call(c, in)
	}
	if err := l.check(in[0].Value); err != nil {
		return nil, err
	}
	mask := c.ExpandDims(in[0].Mask, -1)
	zero := c.Scalar(0)
	sum := c.Sum(c.Select(mask, l.ToChannelsLast(c, layers.Floats(c, in[0].Value)), zero), []int{1}, l.KeepDims)
	count := c.Sum(c.Select(mask, c.Scalar(1), zero), []int{1}, l.KeepDims)
	return layers.One(l.pooled(c, c.Div(sum, count)))
}
