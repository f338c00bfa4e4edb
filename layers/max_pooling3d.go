package layers

func init() {
	register(func() Layer { return &MaxPooling3D{newMaxPooling(3)} }, "MaxPooling3D", "MaxPool3D")
}

// MaxPooling3D takes the largest value of each window over three spatial axes
// (keras/src/layers/pooling/max_pooling3d.py).
type MaxPooling3D struct{ basePooling }
