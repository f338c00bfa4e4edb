package layers

func init() {
	register(func() Layer { return &GlobalMaxPooling3D{newGlobalMaxPooling(3)} }, "GlobalMaxPooling3D", "GlobalMaxPool3D")
}

// GlobalMaxPooling3D takes the largest value over three spatial axes
// (keras/src/layers/pooling/global_max_pooling3d.py).
type GlobalMaxPooling3D struct{ baseGlobalPooling }
