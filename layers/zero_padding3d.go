package layers

func init() {
	register(func() Layer { return &ZeroPadding3D{newBaseZeroPadding(3)} }, "ZeroPadding3D")
}

// ZeroPadding3D adds zeros around three spatial axes
// (keras/src/layers/reshaping/zero_padding3d.py).
type ZeroPadding3D struct{ baseZeroPadding }
