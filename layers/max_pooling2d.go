package layers

func init() {
	register(func() Layer { return &MaxPooling2D{newMaxPooling(2)} }, "MaxPooling2D", "MaxPool2D")
}

// MaxPooling2D takes the largest value of each window over two spatial axes
// (keras/src/layers/pooling/max_pooling2d.py).
type MaxPooling2D struct{ basePooling }
