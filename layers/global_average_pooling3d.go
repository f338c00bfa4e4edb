package layers

func init() {
	register(func() Layer { return &GlobalAveragePooling3D{newGlobalAveragePooling(3)} }, "GlobalAveragePooling3D", "GlobalAvgPool3D")
}

// GlobalAveragePooling3D takes the mean over three spatial axes
// (keras/src/layers/pooling/global_average_pooling3d.py).
type GlobalAveragePooling3D struct{ baseGlobalPooling }
