package layers

func init() {
	register(func() Layer { return &GlobalAveragePooling2D{newGlobalAveragePooling(2)} }, "GlobalAveragePooling2D", "GlobalAvgPool2D")
}

// GlobalAveragePooling2D takes the mean over two spatial axes
// (keras/src/layers/pooling/global_average_pooling2d.py).
type GlobalAveragePooling2D struct{ baseGlobalPooling }
