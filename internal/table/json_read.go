package table

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// jsonReader reads a stream of JSON values. Each is a row: an array, for models
// with one input, or an object that holds the inputs by name. An array with one
// level more, or of objects, holds several rows.
type jsonReader struct {
	decoder *json.Decoder
	inputs  []keras.Port
	queue   []any // rows of the last value, not yet read
	row     int
	pending *jsonRow // read, but of another shape than the rows before
	cells   []cells
}

// jsonRow is one row: elements and shape for each input.
type jsonRow struct {
	cells  []cells
	shapes [][]int
}

func newJSONReader(r io.Reader, inputs []keras.Port) *jsonReader {
	d := json.NewDecoder(&withoutBOM{r: r})
	d.UseNumber()
	j := &jsonReader{decoder: d, inputs: inputs, cells: make([]cells, len(inputs))}
	for i, p := range inputs {
		j.cells[i].dtype = p.DType
	}
	return j
}

// Next implements Reader. Rows of different shapes do not come together.
func (j *jsonReader) Next(n int) ([]*runtime.Tensor, error) {
	for i := range j.cells {
		j.cells[i].reset()
	}
	var shapes [][]int
	rows := 0
	for rows < n {
		row := j.pending
		if j.pending = nil; row == nil {
			var err error
			if row, err = j.read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
		}
		if shapes != nil && !slices.EqualFunc(shapes, row.shapes, slices.Equal) {
			j.pending = row
			break
		}
		shapes = row.shapes
		for i := range j.cells {
			j.cells[i].move(&row.cells[i])
		}
		rows++
	}
	if rows == 0 {
		return nil, io.EOF
	}
	out := make([]*runtime.Tensor, len(j.cells))
	for i := range out {
		var err error
		if out[i], err = j.cells[i].tensor(append([]int{rows}, shapes[i]...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read returns the next row.
func (j *jsonReader) read() (*jsonRow, error) {
	for len(j.queue) == 0 {
		var v any
		if err := j.decoder.Decode(&v); err != nil {
			if errors.Is(err, io.EOF) {
				return nil, io.EOF
			}
			return nil, fmt.Errorf("row %d: %w", j.row+1, err)
		}
		j.queue = j.rowsOf(v)
	}
	j.row++
	v := j.queue[0]
	j.queue = j.queue[1:]
	row, err := j.parse(v)
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", j.row, err)
	}
	return row, nil
}

// rowsOf tells a row from a list of rows.
func (j *jsonReader) rowsOf(v any) []any {
	list, ok := v.([]any)
	if !ok {
		return []any{v}
	}
	if len(list) > 0 {
		if _, isObject := list[0].(map[string]any); isObject {
			return list
		}
	}
	if len(j.inputs) == 1 && depth(v) == len(j.inputs[0].Shape) {
		return list
	}
	return []any{v}
}

func depth(v any) int {
	n := 0
	for {
		list, ok := v.([]any)
		if !ok {
			return n
		}
		n++
		if len(list) == 0 {
			return n
		}
		v = list[0]
	}
}

func (j *jsonReader) parse(v any) (*jsonRow, error) {
	values := make([]any, len(j.inputs))
	switch x := v.(type) {
	case map[string]any:
		for i, p := range j.inputs {
			value, ok := x[p.Name]
			if !ok {
				value, ok = x[fmt.Sprint("input_", i)]
			}
			if !ok {
				return nil, fmt.Errorf("no %q in the object; the model's inputs are %s", p.Name, describe(j.inputs))
			}
			values[i] = value
		}
		if len(x) > len(j.inputs) {
			return nil, fmt.Errorf("the object has %d members; the model's inputs are %s", len(x), describe(j.inputs))
		}
	default:
		if len(j.inputs) != 1 {
			return nil, fmt.Errorf("a model with several inputs wants an object with %s", describe(j.inputs))
		}
		values[0] = v
	}
	row := &jsonRow{cells: make([]cells, len(values)), shapes: make([][]int, len(values))}
	for i, p := range j.inputs {
		row.cells[i].dtype = p.DType
		f := flattener{cells: &row.cells[i]}
		if err := f.add(values[i], 0); err != nil {
			return nil, fmt.Errorf("input %q: %w", p.Name, err)
		}
		if row.shapes[i] = f.shape; !fits(f.shape, p) {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("input %q", p.Name), Wanted: rowShape(p).String(), Received: runtime.Shape(f.shape).String()}
		}
	}
	return row, nil
}

// flattener turns nested arrays into elements and a shape.
type flattener struct {
	cells *cells
	shape []int
	full  bool // the shape is known: a leaf was reached
	path  []int
}

func (f *flattener) add(v any, level int) error {
	switch x := v.(type) {
	case []any:
		switch {
		case level < len(f.shape):
			if f.shape[level] != len(x) {
				return fmt.Errorf("%swanted %d elements, received %d", f.place(), f.shape[level], len(x))
			}
		case f.full:
			return fmt.Errorf("%swanted a number, received an array", f.place())
		default:
			f.shape = append(f.shape, len(x))
		}
		for i, e := range x {
			f.path = append(f.path[:level], i)
			if err := f.add(e, level+1); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		return f.leaf(level, string(x))
	case bool:
		return f.leaf(level, fmt.Sprint(x))
	case string:
		return fmt.Errorf("%s%w", f.place(), wanted("a number", x))
	case nil:
		return fmt.Errorf("%swanted a number, received null", f.place())
	}
	return fmt.Errorf("%swanted a number, received an object", f.place())
}

func (f *flattener) leaf(level int, s string) error {
	if level != len(f.shape) {
		return fmt.Errorf("%swanted an array, received %s", f.place(), s)
	}
	f.full = true
	if err := f.cells.text(s); err != nil {
		return fmt.Errorf("%s%w", f.place(), err)
	}
	return nil
}

// place names the element at hand.
func (f *flattener) place() string {
	if len(f.path) == 0 {
		return ""
	}
	return fmt.Sprintf("element %v: ", f.path)
}

// withoutBOM drops the mark that some programs put in front of UTF-8.
type withoutBOM struct {
	r    io.Reader
	done bool
}

func (w *withoutBOM) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if !w.done && n > 0 {
		w.done = true
		n = copy(p, bytes.TrimPrefix(p[:n], bom))
	}
	return n, err
}
