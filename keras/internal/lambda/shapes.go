package lambda

// shapeFunctions ask for shapes and types, or set them.
var shapeFunctions = map[string]func(*machine, *call) any{
	"K.int_shape|K.shape|tf.shape|ops.shape": func(m *machine, c *call) any { return m.shapeTuple(c.take("x|input name=None out_type=None")[0]) },
	"K.ndim|tf.rank|ops.ndim":                func(m *machine, c *call) any { return int64(len(m.shape(c.take("x|input name=None")[0]))) },
	"K.reshape|tf.reshape|ops.reshape":       reshape,
}

// tensorType is what Options.Type says of a tensor.
type tensorType struct {
	shape []int
	dtype string
	ok    bool
}

// typeOf asks for a tensor's type, once.
func (m *machine) typeOf(n *Node) tensorType {
	if m.o.Type == nil {
		return tensorType{}
	}
	t, known := m.types[n]
	if !known {
		t.shape, t.dtype, t.ok = m.o.Type(&Lifted{Inputs: m.inputs, Outputs: []*Node{n}})
		if m.types == nil {
			m.types = map[*Node]tensorType{}
		}
		m.types[n] = t
	}
	return t
}

// shape is that of a tensor, with -1 for sizes that are not known.
func (m *machine) shape(v any) []int {
	n, ok := v.(*Node)
	if !ok {
		panic(refuse("the shape of %s", show(v)))
	}
	t := m.typeOf(n)
	if !t.ok {
		panic(refuse("it asks for a shape, which is not known here"))
	}
	return t.shape
}

// dtype is that of a tensor; "" where it is not known.
func (m *machine) dtype(n *Node) string { return m.typeOf(n).dtype }

// shapeTuple is a shape as Python sees it.
func (m *machine) shapeTuple(v any) any {
	var out Tuple
	for axis, d := range m.shape(v) {
		switch {
		case d >= 0:
			out = append(out, int64(d))
		case axis == 0:
			out = append(out, unknown{"the size of the batch"})
		default:
			out = append(out, unknown{"a size that is not known"})
		}
	}
	return out
}

func (m *machine) nodeAttribute(n *Node, name string) any {
	switch name {
	case "shape", "_keras_shape":
		return m.shapeTuple(n)
	case "ndim":
		return int64(len(m.shape(n)))
	case "dtype":
		if d := m.dtype(n); d != "" {
			return d
		}
		return "float32"
	case "T":
		return m.apply("ops.Transpose", nil, n)
	case "get_shape":
		return method{of: n, name: name}
	}
	panic(refuse("the attribute %s of a tensor", name))
}

// reshape gives a tensor another shape, which may hold the size of the batch as
// it was asked for.
func reshape(m *machine, c *call) any {
	a := c.take("x|tensor shape|newshape name=None")
	x := m.operand(a[0])
	sizes, ok := items(a[1])
	if n, one := a[1].(int64); one {
		sizes, ok = []any{n}, true
	}
	if !ok || len(sizes) > 32 {
		panic(refuse("a reshape to %s", show(a[1])))
	}
	out := make([]any, len(sizes))
	open, batch := -1, false
	known := 1
	for k, v := range sizes {
		if _, is := v.(unknown); is || v == nil {
			if k != 0 {
				panic(refuse("a reshape to sizes that are not known"))
			}
			batch = true
			out[k] = int64(-1)
			continue
		}
		n, ok := v.(int64)
		if !ok || n < -1 || n > 1<<31 {
			panic(refuse("a reshape to %s", show(a[1])))
		}
		if n == -1 {
			open = k
		} else {
			known *= max(int(min(n, 1<<20)), 1)
		}
		if int64(known) > 1<<40 {
			panic(refuse("a reshape to %s", show(a[1])))
		}
		out[k] = n
	}
	if batch && open >= 0 {
		row := 1
		shape := m.shape(x)
		for _, d := range shape[min(1, len(shape)):] {
			if d < 0 || d > 0 && int64(row) > 1<<40/int64(d) {
				panic(refuse("a reshape of sizes that are not known"))
			}
			row *= d
		}
		if row%known != 0 {
			panic(refuse("a reshape of rows of %d numbers to %s", row, show(a[1])))
		}
		out[open] = int64(row / known)
	}
	return m.apply("ops.Reshape", options("newshape", out), x)
}
