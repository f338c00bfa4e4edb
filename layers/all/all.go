// Package all registers every layer of Keras. Import it for that alone:
//
//	import _ "github.com/kerasrun/kerasrun/layers/all"
//
// Package keras does.
package all

import (
	_ "github.com/kerasrun/kerasrun/layers/activations"
	_ "github.com/kerasrun/kerasrun/layers/applications"
	_ "github.com/kerasrun/kerasrun/layers/attention"
	_ "github.com/kerasrun/kerasrun/layers/convolutional"
	_ "github.com/kerasrun/kerasrun/layers/core"
	_ "github.com/kerasrun/kerasrun/layers/merging"
	_ "github.com/kerasrun/kerasrun/layers/normalization"
	_ "github.com/kerasrun/kerasrun/layers/operations"
	_ "github.com/kerasrun/kerasrun/layers/pooling"
	_ "github.com/kerasrun/kerasrun/layers/preprocessing"
	_ "github.com/kerasrun/kerasrun/layers/regularization"
	_ "github.com/kerasrun/kerasrun/layers/reshaping"
	_ "github.com/kerasrun/kerasrun/layers/rnn"
)
