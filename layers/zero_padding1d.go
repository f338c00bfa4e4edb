package layers

func init() {
	register(func() Layer { return &ZeroPadding1D{newBaseZeroPadding(1)} }, "ZeroPadding1D")
}

// ZeroPadding1D adds zeros around one spatial axis
// (keras/src/layers/reshaping/zero_padding1d.py).
type ZeroPadding1D struct{ baseZeroPadding }
