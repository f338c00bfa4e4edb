package layers

func init() {
	register(func() Layer { return &AdaptiveAveragePooling3D{newAdaptiveAveragePooling(3)} }, "AdaptiveAveragePooling3D")
}

// AdaptiveAveragePooling3D takes the mean of each of a fixed number of windows over three spatial axes
// (keras/src/layers/pooling/adaptive_average_pooling3d.py).
type AdaptiveAveragePooling3D struct{ baseAdaptivePooling }
