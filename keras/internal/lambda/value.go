package lambda

// The values of the interpreter are None (nil), bool, int64, float64, string,
// and the types of this file.

// Ellipsis is Python's "...".
type Ellipsis struct{}

// Slice is Python's slice object; its fields are None or integers.
type Slice struct{ Start, Stop, Step any }

// Tuple is a Python tuple.
type Tuple []any

// List is a Python list.
type List struct{ Items []any }

// Dict is a Python dictionary with strings for keys.
type Dict struct{ Items map[string]any }

// Array is a constant NumPy array or tensor.
type Array struct {
	Value any    // nested []any of int64, float64 and bool
	DType string // "float32", "int32", "bool"
}

// Node is an application of an operation, or one of the function's inputs.
type Node struct {
	Class   string         // "ops.Add", or a layer: "Flatten"; "" for an input
	Args    []any          // *Node, constants, lists of those, and for ops.GetItem the key
	Options map[string]any // of the operation or layer
	Output  int            // which of the results

	input int   // number of the input
	of    *Node // of an application with several results, the first of them
}

// opaque is a constant of a kind that is never computed with.
type opaque struct{ what string }

// module is a Python module or class by its path: "tf.image".
type module string

// function is a known function by its full name: "tf.image.resize".
type function string

// method is a method of a value, not yet called.
type method struct {
	of   any
	name string
}

// null marks the place of an absent self on the stack.
type null struct{}

// unknown is an argument whose value only Keras' call gives.
type unknown struct{ name string }

// cell holds a variable that an inner function shares.
type cell struct {
	value any
	set   bool
}

// closure is a Python function made by the code.
type closure struct {
	code     *code
	defaults Tuple
	kwonly   map[string]any
	cells    []*cell
}

// items returns the elements of a list or tuple.
func items(v any) ([]any, bool) {
	switch x := v.(type) {
	case Tuple:
		return x, true
	case *List:
		return x.Items, true
	}
	return nil, false
}

// hasTensor reports whether a value is, or holds, something computed.
func hasTensor(v any) bool {
	if _, ok := v.(*Node); ok {
		return true
	}
	list, isArgument := v.([]any)
	if !isArgument {
		list, _ = items(v)
	}
	for _, e := range list {
		if hasTensor(e) {
			return true
		}
	}
	return false
}
