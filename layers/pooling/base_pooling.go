package pooling

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// basePooling takes one value from each window of each channel
// (keras/src/layers/pooling/base_pooling.py).
type basePooling struct {
	layers.Common
	layers.Spatial
	pool     func(b *runtime.Builder, x *runtime.Value, size []int, w runtime.Window) *runtime.Value
	PoolSize []int  `keras:"pool_size"`
	Strides  []int  `keras:"strides"`
	Padding  string `keras:"padding"`
}

func newMaxPooling(rank int) basePooling {
	return basePooling{Spatial: layers.Spatial{Rank: rank}, pool: (*runtime.Builder).MaxPool, PoolSize: []int{2}, Padding: "valid"}
}

func newAveragePooling(rank int) basePooling {
	p := newMaxPooling(rank)
	p.pool = (*runtime.Builder).AvgPool
	return p
}

// Validate implements Validator.
func (l *basePooling) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.OnEach(d, "pool_size", &l.PoolSize, 1)
	if len(l.Strides) == 0 {
		l.Strides = l.PoolSize
	} else {
		l.OnEach(d, "strides", &l.Strides, 1)
	}
	if l.Padding != "valid" && l.Padding != "same" && l.Padding != layers.TheanoSame {
		d.Broken("padding must be valid or same, received %q", l.Padding)
	}
}

// Build implements Layer.
func (l *basePooling) Build(in []runtime.Shape) ([]layers.Weight, error) { return l.Spatial.Build(in) }

// Call implements Layer.
func (l *basePooling) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	w := runtime.Window{Strides: l.Strides}
	switch l.Padding {
	case "same":
		w.Padding = runtime.Same
	case layers.TheanoSame:
		w.Padding = runtime.SameFrom
		for _, k := range l.PoolSize {
			pad := k - 1
			if k > 2 && k%2 == 1 {
				pad = k - 2
			}
			w.Before = append(w.Before, pad)
		}
	}
	return layers.One(l.FromChannelsLast(c, l.pool(c.Builder, l.ToChannelsLast(c, in[0].Value), l.PoolSize, w)))
}
