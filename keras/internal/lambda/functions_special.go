package lambda

import (
	"math"
	"strings"
)

// specialFunctions are functions of keras.backend, TensorFlow and keras.ops that
// are more than one operation, or whose parameters need a look.
var specialFunctions map[string]func(*machine, *call) any

func init() {
	specialFunctions = map[string]func(*machine, *call) any{
		"K.sqrt": func(m *machine, c *call) any { // of what is clipped at 0
			x := m.operand(c.take("x")[0])
			return m.apply("ops.Sqrt", nil, m.apply("ops.Maximum", nil, x, 0.0))
		},
		"K.clip": func(m *machine, c *call) any {
			a := c.take("x min_value|minval max_value|maxval")
			return m.apply("ops.Clip", options("x_min", m.option(a[1]), "x_max", m.option(a[2])), m.operand(a[0]))
		},
		"K.relu|keras.activations.relu": relu,
		"K.hard_sigmoid|keras.activations.hard_sigmoid": func(m *machine, c *call) any {
			x := m.operand(c.take("x")[0])
			if m.o.Era >= 3 {
				return m.apply("ops.HardSigmoid", nil, x)
			}
			y := m.apply("ops.Add", nil, m.apply("ops.Multiply", nil, x, 0.2), 0.5)
			return m.apply("ops.Clip", options("x_min", 0.0, "x_max", 1.0), y)
		},
		"K.l2_normalize|tf.l2_normalize": l2Normalize,
		"K.batch_dot":                    batchDot,
		"K.batch_flatten":                func(m *machine, c *call) any { return m.apply("Flatten", nil, m.operand(c.take("x")[0])) },
		"K.flatten": func(m *machine, c *call) any {
			return m.apply("ops.Reshape", options("newshape", []any{int64(-1)}), m.operand(c.take("x")[0]))
		},
		"K.repeat": func(m *machine, c *call) any {
			a := c.take("x n")
			return m.apply("RepeatVector", options("n", m.option(a[1])), m.operand(a[0]))
		},
		"K.identity|tf.identity": func(m *machine, c *call) any { // another tensor, which has no mask
			return m.apply("ops.Multiply", nil, m.operand(c.take("x|input name=None")[0]), int64(1))
		},
		"K.epsilon": func(m *machine, c *call) any { c.take(""); return 1e-7 },
		"K.floatx":  func(m *machine, c *call) any { c.take(""); return "float32" },
		"tf.concat": concat,
		"tf.einsum|ops.einsum": func(m *machine, c *call) any {
			if len(c.args) < 2 || len(c.kwargs) > 0 {
				panic(refuse("%s with these arguments", c.name))
			}
			return m.apply("ops.Einsum", options("subscripts", m.option(c.args[0])), m.operands(Tuple(c.args[1:]))...)
		},
		"tf.norm": func(m *machine, c *call) any {
			a := c.take("tensor ord=None axis=None keepdims|keep_dims=None name=None")
			if p := a[1]; p != nil && p != "euclidean" && p != int64(2) && p != 2.0 {
				panic(refuse("a norm of order %s", show(p)))
			}
			return m.apply("ops.Sqrt", nil, m.apply("ops.Sum", reduction(m, a[2], a[3]), m.apply("ops.Square", nil, m.operand(a[0]))))
		},
		"tf.constant|tf.convert_to_tensor|K.constant|np.array|np.asarray|ops.array|ops.convert_to_tensor": constant,
		"tf.add_n": func(m *machine, c *call) any {
			return m.sum(m.operands(c.take("inputs name=None")[0]))
		},
		"tf.pad|ops.pad": pad,
		"K.spatial_2d_padding": func(m *machine, c *call) any {
			a := c.take("x padding data_format=None")
			return m.apply("ZeroPadding2D", options("padding", m.option(a[1]), "data_format", m.option(a[2])), m.operand(a[0]))
		},
		"K.temporal_padding": func(m *machine, c *call) any {
			a := c.take("x padding")
			return m.apply("ZeroPadding1D", options("padding", m.option(a[1])), m.operand(a[0]))
		},
		"tf.to_float": func(m *machine, c *call) any {
			return m.apply("ops.Cast", options("dtype", "float32"), m.operand(c.take("x name=None")[0]))
		},
		"tf.div":                 func(m *machine, c *call) any { a := c.take("x y name=None"); return m.binary("/2", a[0], a[1]) },
		"tf.split":               splitTF,
		"ops.split":              splitOps,
		"tf.unstack|ops.unstack": unstack,
		"tf.slice":               sliceTF,
	}
}

// options makes a set of options, without those that are None.
func options(pairs ...any) map[string]any {
	out := map[string]any{}
	for k := 0; k < len(pairs); k += 2 {
		if pairs[k+1] != nil {
			out[pairs[k].(string)] = pairs[k+1]
		}
	}
	return out
}

func reduction(m *machine, axis, keep any) map[string]any {
	return options("axis", m.option(axis), "keepdims", m.option(keep))
}

func relu(m *machine, c *call) any {
	a := c.take("x alpha|negative_slope=0.0 max_value=None threshold=0.0")
	x := m.operand(a[0])
	slope, _, ok1 := number(a[1])
	threshold, _, ok2 := number(a[3])
	if !ok1 || !ok2 {
		panic(refuse("relu with a slope or threshold that is computed"))
	}
	if threshold == 0 && slope == 0 && a[2] == nil {
		return m.apply("ops.Relu", nil, x)
	}
	return m.apply("ReLU", options("negative_slope", slope, "threshold", threshold, "max_value", m.option(a[2])), x)
}

// l2Normalize is x·rsqrt(max(Σx², ε)). With Theano it was x/√Σx², and later
// with ε = 1e-7.
func l2Normalize(m *machine, c *call) any {
	a := c.take("x axis|dim=None epsilon=1e-12 name=None")
	x := m.operand(a[0])
	sum := m.apply("ops.Sum", options("axis", m.option(a[1]), "keepdims", true), m.apply("ops.Square", nil, x))
	if strings.HasPrefix(c.name, "K.") && m.o.Backend == "theano" {
		if m.o.Era == 1 {
			return m.apply("ops.TrueDivide", nil, x, m.apply("ops.Sqrt", nil, sum))
		}
		return m.apply("ops.TrueDivide", nil, x, m.apply("ops.Sqrt", nil, m.apply("ops.Maximum", nil, sum, 1e-7)))
	}
	return m.apply("ops.Multiply", nil, x, m.apply("ops.Rsqrt", nil, m.apply("ops.Maximum", nil, sum, m.operand(a[2]))))
}

// batchDot is the layer Dot, which calls it.
func batchDot(m *machine, c *call) any {
	a := c.take("x y axes=None")
	axes := a[2]
	if n, ok := axes.(int64); ok {
		axes = Tuple{n, n}
	}
	if axes == nil {
		x, y := len(m.shape(a[0])), len(m.shape(a[1]))
		axes = Tuple{int64(x - 1), int64(y - 2)}
		if y == 2 {
			axes = Tuple{int64(x - 1), int64(1)}
		}
	}
	return m.apply("Dot", options("axes", m.option(axes)), m.operands(Tuple{a[0], a[1]}))
}

func concat(m *machine, c *call) any {
	a := c.take("values axis|concat_dim name=None")
	if _, first := a[0].(int64); first { // until TensorFlow 0.12
		a[0], a[1] = a[1], a[0]
	}
	return m.apply("ops.Concatenate", options("axis", m.option(a[1])), m.operands(a[0]))
}

// sum adds tensors from the left.
func (m *machine) sum(list []any) any {
	out := list[0]
	for _, x := range list[1:] {
		out = m.binary("+", out, x)
	}
	return out
}

// constant makes an array of numbers. What stands alone stays a number.
func constant(m *machine, c *call) any {
	a := c.take("value|object|x dtype=None shape=None name=None")
	if _, ok := a[0].(*Node); ok && a[1] == nil {
		return a[0]
	}
	if a[2] != nil {
		panic(refuse("%s with a shape", c.name))
	}
	name, _ := m.option(a[1]).(string)
	list, ok := items(a[0])
	if !ok {
		return m.convert(name, &call{name: c.name, args: []any{a[0]}})
	}
	return m.array(list, name)
}

// array makes an array of nested lists of numbers.
func (m *machine) array(list []any, dtype string) any {
	left, fraction := maxItems, false
	var walk func(list []any, depth int) []any
	walk = func(list []any, depth int) []any {
		out := make([]any, len(list))
		for k, e := range list {
			if left--; left < 0 || depth > 8 {
				panic(beyond("the elements of a constant", maxItems, maxItems+1))
			}
			if inner, ok := items(e); ok {
				out[k] = walk(inner, depth+1)
				continue
			}
			if a, ok := e.(*Array); ok {
				inner, _ := a.Value.([]any)
				out[k] = walk(inner, depth+1)
				continue
			}
			_, whole, ok := number(e)
			if !ok {
				panic(refuse("a constant that holds %s", show(e)))
			}
			fraction = fraction || !whole
			out[k] = e
		}
		return out
	}
	value := walk(list, 0)
	if dtype == "" {
		if dtype = "int32"; fraction {
			dtype = "float32"
		}
	}
	return &Array{Value: value, DType: dtype}
}

// convert makes a number of another type.
func (m *machine) convert(to string, c *call) any {
	v := c.take("x")[0]
	if n, ok := v.(*Node); ok && to != "" {
		return m.apply("ops.Cast", options("dtype", to), n)
	}
	x, whole, ok := number(v)
	if !ok {
		panic(refuse("%s of %s", to, show(v)))
	}
	switch {
	case to == "" && whole:
		return int64(x)
	case strings.HasPrefix(to, "int") || strings.HasPrefix(to, "uint"):
		if math.Abs(x) > 1<<31 {
			panic(refuse("%s of %s", to, show(v)))
		}
		return int64(x)
	case to == "float32":
		return float64(float32(x))
	case to == "" || to == "float64":
		return x
	}
	panic(refuse("%s of %s", to, show(v)))
}

func pad(m *machine, c *call) any {
	a := c.take("tensor|x paddings|pad_width mode=None constant_values=None name=None")
	if a[4] != nil {
		if _, isText := a[4].(string); !isText {
			panic(refuse("a padding with %s", show(a[4])))
		}
	}
	mode, _ := a[2].(string)
	if mode == "" {
		mode = "constant"
	}
	if x, _, ok := number(a[3]); ok && x == 0 {
		a[3] = nil
	}
	return m.apply("ops.Pad", options("pad_width", m.option(a[1]), "mode", strings.ToLower(mode), "constant_values", m.option(a[3])), m.operand(a[0]))
}

func splitTF(m *machine, c *call) any {
	a := c.take("value num_or_size_splits axis|split_dim=0 num=None name=None")
	if sizes, ok := items(a[1]); ok {
		places, at := []any{}, int64(0)
		for _, v := range sizes[:max(len(sizes)-1, 0)] {
			n, ok := v.(int64)
			if !ok || n < 0 || n > maxItems {
				panic(refuse("a split into sizes %s", show(a[1])))
			}
			at += n
			places = append(places, at)
		}
		return m.several("ops.Split", options("indices_or_sections", places, "axis", m.option(a[2])), len(sizes), m.operand(a[0]))
	}
	return m.split(a[0], a[1], a[2])
}

func splitOps(m *machine, c *call) any {
	a := c.take("x indices_or_sections axis=0")
	if places, ok := items(a[1]); ok {
		return m.several("ops.Split", options("indices_or_sections", m.option(a[1]), "axis", m.option(a[2])), len(places)+1, m.operand(a[0]))
	}
	return m.split(a[0], a[1], a[2])
}

func (m *machine) split(x, n, axis any) any {
	count, ok := n.(int64)
	if !ok || count < 1 || count > 1024 {
		panic(refuse("a split into %s", show(n)))
	}
	return m.several("ops.Split", options("indices_or_sections", count, "axis", m.option(axis)), int(count), m.operand(x))
}

func unstack(m *machine, c *call) any {
	a := c.take("value|x num=None axis=0 name=None")
	n, ok := a[1].(int64)
	if !ok {
		axis, isInt := a[2].(int64)
		shape := m.shape(a[0])
		if axis < 0 {
			axis += int64(len(shape))
		}
		if !isInt || axis < 0 || axis >= int64(len(shape)) || shape[axis] < 0 {
			panic(refuse("an unstacking of an axis of unknown size"))
		}
		n = int64(shape[axis])
	}
	return m.several("ops.Unstack", options("num", n, "axis", m.option(a[2])), int(min(max(n, 0), 2000)), m.operand(a[0]))
}

// sliceTF is tf.slice with constants: x[begin:begin+size, …].
func sliceTF(m *machine, c *call) any {
	a := c.take("input_ begin size name=None")
	begin, ok1 := items(a[1])
	size, ok2 := items(a[2])
	if !ok1 || !ok2 || len(begin) != len(size) {
		panic(refuse("a slice that is computed"))
	}
	var key Tuple
	for k := range begin {
		from, ok1 := begin[k].(int64)
		n, ok2 := size[k].(int64)
		if !ok1 || !ok2 || from < 0 || n < -1 || n > 1<<30 || from > 1<<30 {
			panic(refuse("a slice from %s of size %s", show(begin[k]), show(size[k])))
		}
		s := Slice{Start: from}
		if n >= 0 {
			s.Stop = from + n
		}
		key = append(key, s)
	}
	return m.subscript(m.operand(a[0]), key)
}
