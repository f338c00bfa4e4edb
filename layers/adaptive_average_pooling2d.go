package layers

func init() {
	register(func() Layer { return &AdaptiveAveragePooling2D{newAdaptiveAveragePooling(2)} }, "AdaptiveAveragePooling2D")
}

// AdaptiveAveragePooling2D takes the mean of each of a fixed number of windows over two spatial axes
// (keras/src/layers/pooling/adaptive_average_pooling2d.py).
type AdaptiveAveragePooling2D struct{ baseAdaptivePooling }
