package lambda

// imageFunctions are those of tf.image and what else moves pixels.
var imageFunctions map[string]func(*machine, *call) any

func init() {
	imageFunctions = map[string]func(*machine, *call) any{
		"tf.space_to_depth": spaceToDepth,
		"tf.image.resize":   resize,
		"ops.image.resize": func(m *machine, c *call) any {
			a := c.take("images|image size interpolation=None antialias=None crop_to_aspect_ratio=None pad_to_aspect_ratio=None fill_mode=None fill_value=None data_format=None")
			for _, v := range a[3:] {
				if v != nil && v != false {
					panic(refuse("%s with %s", c.name, show(v)))
				}
			}
			return resized(m, a[0], a[1], a[2])
		},
		"K.resize_images": resizeImages,
		"tf.image.rgb_to_grayscale": func(m *machine, c *call) any {
			x := m.operand(c.take("images name=None")[0])
			weighted := m.apply("ops.Multiply", nil, x, &Array{[]any{0.2989, 0.587, 0.114}, "float32"})
			return m.apply("ops.Sum", options("axis", int64(-1), "keepdims", true), weighted)
		},
		"tf.image.flip_left_right": func(m *machine, c *call) any {
			return m.apply("ops.Flip", options("axis", int64(-2)), m.operand(c.take("image")[0]))
		},
		"tf.image.flip_up_down": func(m *machine, c *call) any {
			return m.apply("ops.Flip", options("axis", int64(-3)), m.operand(c.take("image")[0]))
		},
		"tf.image.per_image_standardization": standardize,
	}
}

// spaceToDepth puts the pixels of each block one after the other into channels:
// x[:, i::b, j::b, :] for each place i, j in the block.
func spaceToDepth(m *machine, c *call) any {
	a := c.take("input block_size data_format=None name=None")
	b, ok := a[1].(int64)
	if !ok || b < 2 || b > 16 || a[2] != nil && a[2] != "NHWC" {
		panic(refuse("space_to_depth of blocks of %s, %s", show(a[1]), show(a[2])))
	}
	x := m.operand(a[0])
	var parts []any
	for i := range b {
		for j := range b {
			parts = append(parts, m.apply("ops.GetItem", nil, x, Tuple{Slice{}, Slice{i, nil, b}, Slice{j, nil, b}, Slice{}}))
		}
	}
	return m.apply("ops.Concatenate", options("axis", int64(-1)), parts)
}

func resize(m *machine, c *call) any {
	if !m.o.tensorFlow2() {
		return resizeFunctions["tf.image.resize_images"](m, c)
	}
	a := c.take("images|image size method=bilinear preserve_aspect_ratio=false antialias=false name=None")
	for _, v := range a[3:5] {
		if v != nil && v != false {
			panic(refuse("%s with %s", c.name, show(v)))
		}
	}
	return resized(m, a[0], a[1], a[2])
}

func resized(m *machine, x, size, method any) any {
	two, ok := items(size)
	if !ok || len(two) != 2 {
		panic(refuse("a resize to %s", show(size)))
	}
	switch method {
	case nil:
		method = "bilinear"
	case "bilinear", "nearest", "bicubic":
	default:
		panic(refuse("a resize by %s", show(method)))
	}
	return m.apply("Resizing", options("height", m.option(two[0]), "width", m.option(two[1]), "interpolation", method, "data_format", "channels_last"), m.operand(x))
}

// resizeImages is UpSampling2D, which calls it.
func resizeImages(m *machine, c *call) any {
	a := c.take("x height_factor width_factor data_format|dim_ordering=None interpolation=None")
	if a[4] != nil && a[4] != "nearest" && !m.o.tensorFlow2() {
		panic(refuse("resize_images by %s, whose pixels TensorFlow 1 placed otherwise", show(a[4])))
	}
	format := map[any]any{"tf": "channels_last", "th": "channels_first"}[a[3]]
	if format == nil {
		format = a[3]
	}
	return m.apply("UpSampling2D", options("size", []any{m.option(a[1]), m.option(a[2])}, "data_format", m.option(format), "interpolation", m.option(a[4])), m.operand(a[0]))
}

// standardize is (x - mean)/max(deviation, 1/√n) over all n numbers of an image.
func standardize(m *machine, c *call) any {
	x := c.take("image")[0]
	shape := m.shape(x)
	n := 1
	for _, d := range shape[max(0, len(shape)-3):] {
		if d < 1 || n > 1<<30/d {
			panic(refuse("%s of images of unknown size", c.name))
		}
		n *= d
	}
	axes := options("axis", []any{int64(-1), int64(-2), int64(-3)}, "keepdims", true)
	deviation := m.apply("ops.Maximum", nil, m.apply("ops.Std", axes, x), inverseRoot(n))
	return m.apply("ops.TrueDivide", nil, m.apply("ops.Subtract", nil, x, m.apply("ops.Mean", axes, x)), deviation)
}
