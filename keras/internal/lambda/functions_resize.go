package lambda

// resizeFunctions are those of TensorFlow 1.
var resizeFunctions = map[string]func(*machine, *call) any{
	"tf.image.resize_images": func(m *machine, c *call) any {
		if len(c.args) > 2 { // until TensorFlow 0.11 height and width stood apart
			_, height := c.args[1].(int64)
			_, width := c.args[2].(int64)
			if height && width {
				c.args = append([]any{c.args[0], Tuple{c.args[1], c.args[2]}}, c.args[3:]...)
			}
		}
		a := c.take("images size method=0 align_corners=None preserve_aspect_ratio=None name=None")
		return m.oldResize(a[0], a[1], a[2], a[3], a[4])
	},
	"tf.image.resize_bilinear": func(m *machine, c *call) any {
		a := c.take("images size align_corners=None name=None half_pixel_centers=None")
		return m.oldResize(a[0], a[1], int64(0), a[2], a[4])
	},
	"tf.image.resize_nearest_neighbor": func(m *machine, c *call) any {
		a := c.take("images size align_corners=None name=None half_pixel_centers=None")
		return m.oldResize(a[0], a[1], int64(1), a[2], a[4])
	},
}

// oldResize is what TensorFlow 1 calls resize_images: pixel i of the result
// stands at i·size/newSize of the input, without half a pixel's shift
// (tensorflow/core/kernels/image/resize_bilinear_op.cc).
func (m *machine) oldResize(x, size, method any, no ...any) any {
	for _, v := range no {
		if v != nil && v != false {
			panic(refuse("a resize with aligned corners, a kept aspect ratio or half pixels"))
		}
	}
	two, ok := items(size)
	if !ok || len(two) != 2 {
		panic(refuse("a resize to %s", show(size)))
	}
	shape := m.shape(x)
	if len(shape) != 4 {
		panic(refuse("a resize of images of %d axes", len(shape)))
	}
	n := m.operand(x)
	for _, axis := range []int{2, 1} {
		to, ok := two[axis-1].(int64)
		if !ok || to < 1 || to > maxItems || shape[axis] < 1 || shape[axis] > 1<<24 {
			panic(refuse("a resize of an axis of %d pixels to %s", shape[axis], show(two[axis-1])))
		}
		switch method {
		case int64(0), "bilinear":
			n = m.lerp(n, axis, shape[axis], int(to))
		case int64(1), "nearest":
			low, _, _ := places(shape[axis], int(to))
			n = m.apply("ops.Take", options("axis", int64(axis)), n, low)
		default:
			panic(refuse("a resize by the method %s", show(method)))
		}
	}
	return n
}

// places lists for each pixel along an axis its neighbours in the input and how
// far it is from the first, in float32 as TensorFlow has it.
func places(from, to int) (low, high []any, weights []float32) {
	scale := float32(from) / float32(to)
	for i := range to {
		at := float32(i) * scale
		k := min(int(at), from-1)
		low = append(low, int64(k))
		high = append(high, int64(min(k+1, from-1)))
		weights = append(weights, at-float32(k))
	}
	return low, high, weights
}

// lerp resizes one axis: low + (high - low)·weight.
func (m *machine) lerp(x any, axis, from, to int) any {
	low, high, weights := places(from, to)
	var w []any
	for _, v := range weights { // along the axis, and the same for all after it
		var e any = float64(v)
		for range 3 - axis {
			e = []any{e}
		}
		w = append(w, e)
	}
	first := m.apply("ops.Take", options("axis", int64(axis)), x, low)
	step := m.apply("ops.Subtract", nil, m.apply("ops.Take", options("axis", int64(axis)), x, high), first)
	return m.apply("ops.Add", nil, first, m.apply("ops.Multiply", nil, step, &Array{w, "float32"}))
}
