package layers

func init() {
	register(func() Layer { return &UpSampling1D{newBaseUpSampling(1)} }, "UpSampling1D")
}

// UpSampling1D makes one spatial axis larger by whole factors
// (keras/src/layers/reshaping/up_sampling1d.py).
type UpSampling1D struct{ baseUpSampling }
