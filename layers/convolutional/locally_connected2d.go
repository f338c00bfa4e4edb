package convolutional

import "github.com/kerasrun/kerasrun/layers"

func init() {
	layers.RegisterKeras("LocallyConnected2D", func() layers.Layer { return &LocallyConnected2D{newBaseLocallyConnected(2)} })
}

// LocallyConnected2D convolves over two spatial axes with a kernel of its own at each
// place: a layer of Keras 2 (keras/src/layers/locally_connected/locally_connected2d.py).
type LocallyConnected2D struct{ baseLocallyConnected }
