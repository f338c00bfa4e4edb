package serve

import (
	"slices"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// inputV2 is one input of a request. Its keys come in any order.
type inputV2 struct {
	version *Version
	most    int // elements

	name, datatype string
	shape          []int
	raw            int // binary_data_size, or -1
	data           int // where the data begin that could not be read yet, or -1
	elements       *collector
}

// read reads an input's object.
func (t *inputV2) read(r *reader) error {
	t.raw, t.data = -1, -1
	return r.object(func(key string) (err error) {
		switch key {
		case "name":
			t.name, err = r.string()
		case "datatype":
			t.datatype, err = r.string()
		case "shape":
			t.shape = []int{}
			err = r.list(func(int) error {
				d, err := r.int(32)
				t.shape = append(t.shape, int(d))
				return err
			})
		case "parameters":
			err = r.parameters(func(key string, value any) error {
				if n, ok := value.(float64); ok && key == "binary_data_size" {
					if n < 0 || n != float64(int(n)) {
						return fail(Invalid, "binary_data_size: wanted a whole number from 0, received %v", n)
					}
					t.raw = int(n)
				}
				return unsupportedParameter(key)
			})
		case "data":
			if t.name != "" && t.elements == nil {
				return t.collect(r)
			}
			r.peek()
			t.data = r.at
			err = r.skip()
		default:
			err = r.skip()
		}
		return err
	})
}

func (t *inputV2) port() (keras.Port, error) {
	i := slices.IndexFunc(t.version.Inputs, func(p keras.Port) bool { return p.Name == t.name })
	if i < 0 {
		return keras.Port{}, fail(Invalid, "inputs: wanted %q, received %q", names(t.version.Inputs), t.name)
	}
	return t.version.Inputs[i], nil
}

// collect reads the data, nested or flat.
func (t *inputV2) collect(r *reader) error {
	p, err := t.port()
	if err != nil {
		return err
	}
	t.elements = newCollector(p.Name, p.DType, t.most)
	return t.elements.value(r, 0)
}

// finish makes the tensor and adds it to the feed. Binary data are taken from the
// beginning of the tail.
func (t *inputV2) finish(r *reader, into runtime.Feed, tail *[]byte) error {
	p, err := t.port()
	if err != nil {
		return err
	}
	if into[t.name] != nil {
		return fail(Invalid, "inputs: %q is there twice", t.name)
	}
	n, err := oip.Elements(t.shape)
	if err == nil && t.shape == nil {
		err = fail(Invalid, "input %q: wanted a shape, received none", t.name)
	}
	if err == nil {
		err = oip.Accept(t.name, p.DType, t.datatype)
	}
	if err != nil {
		return fail(Invalid, "%w", err)
	}
	if t.raw >= 0 {
		if t.elements != nil || t.data >= 0 || t.raw > len(*tail) {
			return fail(Invalid, "input %q: wanted binary_data_size to be bytes behind the JSON and no data, received %d of %d", t.name, t.raw, len(*tail))
		}
		tensor, err := oip.FromRaw(t.name, p.DType, t.datatype, t.shape, (*tail)[:t.raw])
		if err != nil {
			return fail(Invalid, "%w", err)
		}
		into[t.name], *tail = tensor, (*tail)[t.raw:]
		return nil
	}
	if t.data >= 0 {
		if t.elements != nil {
			return fail(Invalid, "input %q: wanted data once, received it twice", t.name)
		}
		if err := t.collect(&reader{text: r.text, at: t.data, depth: r.depth}); err != nil {
			return err
		}
	}
	if t.elements == nil {
		return fail(Invalid, "input %q: wanted data or binary_data_size, received neither", t.name)
	}
	if t.elements.n != n {
		return fail(Invalid, "input %q: wanted the %d elements of shape %v, received %d", t.name, n, t.shape, t.elements.n)
	}
	return put(into, p, t.elements, t.shape)
}
