package serve

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// headerLength is the header that says where JSON ends and binary tensors begin.
const headerLength = "Inference-Header-Content-Length"

// inferRequest is a request of /v2, but for its tensors.
type inferRequest struct {
	id      string
	inputs  runtime.Feed
	outputs []requested // none are all, as the request's parameters have it
	binary  bool        // binary_data_output
}

// requested is an output that a request asks for.
type requested struct {
	name   string
	binary *bool
}

func (s v2) infer(w http.ResponseWriter, r *http.Request, v *Version) error {
	if err := v.Admit(); err != nil {
		return err
	}
	data, release, err := s.models.body(w, r)
	if err != nil {
		return err
	}
	defer release()
	text, tail := data, []byte(nil)
	if h := r.Header.Get(headerLength); h != "" {
		n, err := strconv.ParseUint(h, 10, 63)
		if err != nil || n > uint64(len(data)) {
			return fail(Invalid, "%s: wanted at most the %d bytes of the request, received %q", headerLength, len(data), h)
		}
		text, tail = data[:n], data[n:]
	}
	q, err := s.decode(text, tail, v)
	if err != nil {
		return err
	}
	wanted, err := q.wanted(v)
	if err != nil {
		return err
	}
	out, err := s.models.Run(r.Context(), v, q.inputs)
	if err != nil {
		return err
	}
	s.answer(w, q, v, wanted, out)
	return nil
}

// decode reads a request.
func (s v2) decode(text, tail []byte, v *Version) (*inferRequest, error) {
	r := &reader{text: text, depth: s.models.options.MaxDepth}
	q := &inferRequest{inputs: runtime.Feed{}}
	err := r.object(func(key string) (err error) {
		switch key {
		case "id":
			q.id, err = r.string()
		case "parameters":
			err = r.parameters(func(key string, value any) error {
				if b, ok := value.(bool); ok && key == "binary_data_output" {
					q.binary = b
				}
				return unsupportedParameter(key)
			})
		case "inputs":
			err = r.list(func(int) error {
				t := inputV2{version: v, most: s.models.maxElements()}
				if err := t.read(r); err != nil {
					return err
				}
				return t.finish(r, q.inputs, &tail)
			})
		case "outputs":
			err = r.list(func(int) error { return q.output(r) })
		default:
			err = r.skip()
		}
		return err
	})
	if err == nil {
		err = r.end()
	}
	if err == nil && len(tail) > 0 {
		err = fail(Invalid, "request: wanted no bytes behind the inputs' binary data, received %d", len(tail))
	}
	return q, err
}

// unsupportedParameter refuses what would change the meaning of a request.
func unsupportedParameter(key string) error {
	switch key {
	case "shared_memory_region", "shared_memory_byte_size", "classification", "sequence_id":
		return fail(Invalid, "parameter %q is not supported", key)
	}
	return nil
}

// parameters reads an object of truth values, strings and numbers.
func (r *reader) parameters(each func(key string, value any) error) error {
	return r.object(func(key string) (err error) {
		var value any
		switch c := r.peek(); {
		case c == '"':
			value, err = r.string()
		case c == 't', c == 'f':
			value, err = r.bool()
		case c == '-' || '0' <= c && c <= '9':
			value, err = r.float()
		default:
			err = r.skip()
		}
		if err == nil {
			err = each(key, value)
		}
		return err
	})
}

// output reads one requested output.
func (q *inferRequest) output(r *reader) error {
	var o requested
	err := r.object(func(key string) (err error) {
		switch key {
		case "name":
			o.name, err = r.string()
		case "parameters":
			err = r.parameters(func(key string, value any) error {
				if b, ok := value.(bool); ok && key == "binary_data" {
					o.binary = &b
				}
				return unsupportedParameter(key)
			})
		default:
			err = r.skip()
		}
		return err
	})
	q.outputs = append(q.outputs, o)
	return err
}

// wanted are the outputs to answer with, and whether in bytes.
func (q *inferRequest) wanted(v *Version) ([]requested, error) {
	all := q.outputs
	if len(all) == 0 {
		for _, p := range v.Outputs {
			all = append(all, requested{name: p.Name})
		}
	}
	for i := range all {
		o := &all[i]
		if !slices.ContainsFunc(v.Outputs, func(p keras.Port) bool { return p.Name == o.name }) {
			return nil, fail(Invalid, "outputs: wanted some of %q, received %q", names(v.Outputs), o.name)
		}
		if slices.ContainsFunc(all[:i], func(p requested) bool { return p.name == o.name }) {
			return nil, fail(Invalid, "outputs: %q is asked for twice", o.name)
		}
		if o.binary == nil {
			o.binary = &q.binary
		}
	}
	return all, nil
}

// answer writes JSON, and behind it the tensors that were asked for in bytes.
func (s v2) answer(w http.ResponseWriter, q *inferRequest, v *Version, wanted []requested, out runtime.Feed) {
	b := fmt.Appendf(nil, `{"model_name":%s,"model_version":"%d",`, appendString(nil, v.Name), v.Number)
	if q.id != "" {
		b = append(appendString(append(b, `"id":`...), q.id), ',')
	}
	b = append(b, `"outputs":[`...)
	var tail [][]byte
	for i, o := range wanted {
		if i > 0 {
			b = append(b, ',')
		}
		t := out[o.name]
		b = appendString(append(b, `{"name":`...), o.name)
		b = fmt.Appendf(b, `,"datatype":"%s","shape":[`, oip.Datatype(t.DType()))
		for i, d := range t.Shape() {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(d), 10)
		}
		if *o.binary {
			raw := oip.Raw(t)
			tail = append(tail, raw)
			b = fmt.Appendf(b, `],"parameters":{"binary_data_size":%d}}`, len(raw))
			continue
		}
		b = append(appendElements(append(b, `],"data":[`...), t, 0, t.Len(), numberV2), "]}"...)
	}
	b = append(b, "]}"...)
	if len(tail) == 0 {
		writeBytes(w, http.StatusOK, append(b, '\n'))
		return
	}
	size := len(b)
	for _, raw := range tail {
		size += len(raw)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set(headerLength, strconv.Itoa(len(b)))
	w.Header().Set("Content-Length", strconv.Itoa(size))
	for _, part := range append([][]byte{b}, tail...) {
		if _, err := w.Write(part); err != nil {
			return // the client is gone
		}
	}
}
