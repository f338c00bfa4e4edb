package layers

func init() {
	register(func() Layer { return &AveragePooling3D{newAveragePooling(3)} }, "AveragePooling3D", "AvgPool3D")
}

// AveragePooling3D takes the mean of each window over three spatial axes; padding does not count
// (keras/src/layers/pooling/average_pooling3d.py).
type AveragePooling3D struct{ basePooling }
