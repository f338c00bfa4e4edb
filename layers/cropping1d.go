package layers

func init() {
	register(func() Layer { return &Cropping1D{newBaseCropping(1, 1)} }, "Cropping1D")
}

// Cropping1D cuts off the margins of one spatial axis
// (keras/src/layers/reshaping/cropping1d.py).
type Cropping1D struct{ baseCropping }
