package layers

func init() {
	register(func() Layer { return &Cropping3D{newBaseCropping(3, 1)} }, "Cropping3D")
}

// Cropping3D cuts off the margins of three spatial axes
// (keras/src/layers/reshaping/cropping3d.py).
type Cropping3D struct{ baseCropping }
