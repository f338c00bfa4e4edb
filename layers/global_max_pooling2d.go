package layers

func init() {
	register(func() Layer { return &GlobalMaxPooling2D{newGlobalMaxPooling(2)} }, "GlobalMaxPooling2D", "GlobalMaxPool2D")
}

// GlobalMaxPooling2D takes the largest value over two spatial axes
// (keras/src/layers/pooling/global_max_pooling2d.py).
type GlobalMaxPooling2D struct{ baseGlobalPooling }
