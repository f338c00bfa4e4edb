package layers

func init() {
	register(func() Layer { return &Cropping2D{newBaseCropping(2, 0)} }, "Cropping2D")
}

// Cropping2D cuts off the margins of two spatial axes
// (keras/src/layers/reshaping/cropping2d.py).
type Cropping2D struct{ baseCropping }
