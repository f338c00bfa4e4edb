package serve

import (
	"net/http"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// predict answers {"instances": …} with {"predictions": …}, rows of all tensors
// together, or {"inputs": …} with {"outputs": …}, tensor after tensor.
func (s v1) predict(w http.ResponseWriter, r *http.Request, v *Version) error {
	if err := v.Admit(); err != nil {
		return err
	}
	data, release, err := s.models.body(w, r)
	if err != nil {
		return err
	}
	defer release()
	feed, rows, err := s.decode(data, v)
	if err != nil {
		return err
	}
	out, err := s.models.Run(r.Context(), v, feed)
	if err != nil {
		return err
	}
	if rows {
		data, err = encodeRows(out, v.Outputs)
	} else {
		data = encodeColumns(out, v.Outputs)
	}
	if err == nil {
		writeBytes(w, http.StatusOK, data)
	}
	return err
}

// ReadPredict reads the body of a predict request of TensorFlow Serving's REST API,
// for Run. release gives its memory back once it is answered.
func (m *Models) ReadPredict(w http.ResponseWriter, r *http.Request, v *Version) (in runtime.Feed, release func(), err error) {
	data, release, err := m.body(w, r)
	if err != nil {
		return nil, nil, err
	}
	if in, _, err = (v1{m}).decode(data, v); err != nil {
		release()
		return nil, nil, err
	}
	return in, release, nil
}

// decode reads a request. rows says whether it has instances.
func (s v1) decode(data []byte, v *Version) (feed runtime.Feed, rows bool, err error) {
	var (
		r        = &reader{text: data, depth: s.models.options.MaxDepth}
		most     = s.models.maxElements()
		found    string
		received = runtime.Feed{}
	)
	err = r.object(func(key string) error {
		switch key {
		case "signature_name":
			name, err := r.string()
			if err == nil && name != "" && name != SignatureName {
				err = fail(Invalid, "signature_name: wanted %q, received %q", SignatureName, name)
			}
			return err
		case "instances", "inputs":
			if found != "" {
				return fail(Invalid, "request: wanted only one of 'inputs' or 'instances', received %q behind %q", key, found)
			}
			found = key
			if key == "instances" {
				return v.instances(r, received, most)
			}
			return v.columns(r, received, most)
		}
		return r.skip()
	})
	if err == nil {
		err = r.end()
	}
	if err == nil && found == "" {
		err = fail(Invalid, "Missing 'inputs' or 'instances' key")
	}
	return received, found == "instances", err
}

// maxElements bounds the elements of an input by what a request's body can hold.
func (m *Models) maxElements() int { return int(m.options.MaxBody) }

// instances reads a list of rows: values of the only input, or objects with a value
// for each.
func (v *Version) instances(r *reader, into runtime.Feed, most int) error {
	all := make([]*collector, len(v.Inputs))
	for i, p := range v.Inputs {
		all[i] = newCollector(p.Name, p.DType, most)
	}
	n, objects := 0, false
	err := r.list(func(i int) error {
		n = i + 1
		object := r.peek() == '{' && !r.isBinary()
		if i == 0 {
			objects = object
		}
		if object != objects {
			return fail(Invalid, "instances, row %d: wanted all rows to be objects or none, received %q", i, r.excerpt())
		}
		if objects {
			return v.row(r, all, i)
		}
		if len(all) != 1 {
			return fail(Invalid, "instances, row %d: wanted an object with a value for each of %q, received %q", i, names(v.Inputs), r.excerpt())
		}
		return all[0].value(r, 0)
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return fail(Invalid, "No values in 'instances' array")
	}
	for i, p := range v.Inputs {
		shape := all[i].nested(nil)
		if err := put(into, p, all[i], append([]int{n}, shape...)); err != nil {
			return err
		}
	}
	return nil
}

// row reads one row that is an object.
func (v *Version) row(r *reader, all []*collector, row int) error {
	seen := make([]bool, len(all))
	err := r.object(func(key string) error {
		i := slices.IndexFunc(v.Inputs, func(p keras.Port) bool { return p.Name == key })
		if i < 0 || seen[i] {
			return fail(Invalid, "instances, row %d: wanted each of %q once, received %q", row, names(v.Inputs), key)
		}
		seen[i] = true
		return all[i].value(r, 0)
	})
	if i := slices.Index(seen, false); err == nil && i >= 0 {
		err = fail(Invalid, "instances, row %d: wanted each of %q once, received no %q", row, names(v.Inputs), v.Inputs[i].Name)
	}
	return err
}

// columns reads the only input's tensor, or an object with a tensor for each.
func (v *Version) columns(r *reader, into runtime.Feed, most int) error {
	read := func(p keras.Port) error {
		c := newCollector(p.Name, p.DType, most)
		if err := c.value(r, 0); err != nil {
			return err
		}
		return put(into, p, c, c.nested(p.Shape))
	}
	if r.peek() != '{' || r.isBinary() {
		if len(v.Inputs) != 1 {
			return fail(Invalid, "inputs: wanted an object with a tensor for each of %q, received %q", names(v.Inputs), r.excerpt())
		}
		return read(v.Inputs[0])
	}
	return r.object(func(key string) error {
		i := slices.IndexFunc(v.Inputs, func(p keras.Port) bool { return p.Name == key })
		if i < 0 || into[key] != nil {
			return fail(Invalid, "inputs: wanted each of %q once, received %q", names(v.Inputs), key)
		}
		return read(v.Inputs[i])
	})
}

// put adds what was gathered for an input to a feed.
func put(into runtime.Feed, p keras.Port, c *collector, shape []int) error {
	t, err := c.tensor(shape)
	if err == nil {
		into[p.Name] = t
	}
	return err
}

func names(ports []keras.Port) []string {
	var all []string
	for _, p := range ports {
		all = append(all, p.Name)
	}
	return all
}

// encodeRows writes a value, or an object of values, for each row.
func encodeRows(out runtime.Feed, ports []keras.Port) ([]byte, error) {
	n := -1
	for _, p := range ports {
		s := out[p.Name].Shape()
		if len(s) == 0 || n >= 0 && s[0] != n {
			return nil, fail(Invalid, "output %q has the shape %s, which is not one row for each instance; use 'inputs'", p.Name, s)
		}
		n = s[0]
	}
	b := append([]byte{}, `{"predictions":[`...)
	for row := range n {
		if row > 0 {
			b = append(b, ',')
		}
		for i, p := range ports {
			t := out[p.Name]
			each := t.Len() / n
			if len(ports) > 1 {
				b = append(b, "{,"[min(i, 1)])
				b = append(appendString(b, p.Name), ':')
			}
			b = appendLevel(b, t, t.Shape()[1:], row*each, (row+1)*each, numberV1)
		}
		if len(ports) > 1 {
			b = append(b, '}')
		}
	}
	return append(b, "]}\n"...), nil
}

// encodeColumns writes a tensor, or an object of tensors.
func encodeColumns(out runtime.Feed, ports []keras.Port) []byte {
	b := append([]byte{}, `{"outputs":`...)
	for i, p := range ports {
		if len(ports) > 1 {
			b = append(b, "{,"[min(i, 1)])
			b = append(appendString(b, p.Name), ':')
		}
		b = appendNested(b, out[p.Name], numberV1)
	}
	if len(ports) > 1 {
		b = append(b, '}')
	}
	return append(b, "}\n"...)
}
