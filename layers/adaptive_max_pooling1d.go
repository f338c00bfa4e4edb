package layers

func init() {
	register(func() Layer { return &AdaptiveMaxPooling1D{newAdaptiveMaxPooling(1)} }, "AdaptiveMaxPooling1D")
}

// AdaptiveMaxPooling1D takes the largest value of each of a fixed number of windows over one spatial axis
// (keras/src/layers/pooling/adaptive_max_pooling1d.py).
type AdaptiveMaxPooling1D struct{ baseAdaptivePooling }
