package convolutional

import "github.com/kerasrun/kerasrun/layers"

func init() {
	layers.RegisterKeras("LocallyConnected1D", func() layers.Layer { return &LocallyConnected1D{newBaseLocallyConnected(1)} })
}

// LocallyConnected1D convolves over one spatial axis with a kernel of its own at each
// place: a layer of Keras 2 (keras/src/layers/locally_connected/locally_connected1d.py).
type LocallyConnected1D struct{ baseLocallyConnected }
