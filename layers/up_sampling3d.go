package layers

func init() {
	register(func() Layer { return &UpSampling3D{newBaseUpSampling(3)} }, "UpSampling3D")
}

// UpSampling3D makes three spatial axes larger by whole factors
// (keras/src/layers/reshaping/up_sampling3d.py).
type UpSampling3D struct{ baseUpSampling }
