package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

func isJSON(in *Input) bool {
	text := trimText(in.head())
	return len(text) > 0 && (text[0] == '[' || text[0] == '{')
}

// jsonReader reads a stream of JSON values. Each is a row: an array, for models
// with one input, or an object that holds the inputs by name. An array with one
// level more, or of objects, holds several rows, which are read one by one.
type jsonReader struct {
	scan    jsonScanner
	w       *Wanted
	inList  bool // between the brackets of an array of rows
	listed  int  // rows read there
	row     int
	members []member
	keys    []string // of the object that layout is for
	layout  *Layout
	most    int // bytes that come together
	gatherer
}

func readJSON(in *Input, w *Wanted) (Reader, error) {
	j := &jsonReader{w: w, scan: jsonScanner{r: in.text(), max: recordBytes(w)}, most: 1 << 40}
	if _, open := elementsOf(w.Inputs...); open {
		j.most = batchBytes
	}
	return j, nil
}

// Next implements Reader.
func (j *jsonReader) Next(n int) ([]*runtime.Tensor, error) {
	return j.rows(n, j.most, func() error { return numbered(&j.row, j.read()) })
}

// read parses the next row into j.next.
func (j *jsonReader) read() error {
	if err := j.enter(); err != nil {
		return err
	}
	b, err := j.scan.value()
	if err != nil {
		if j.inList && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	if err := j.parse(b); err != nil && j.layout != nil {
		return &RowError{err}
	} else if err != nil {
		return err // no row can be read
	}
	return nil
}

// enter goes to the next row: into and out of arrays of rows.
func (j *jsonReader) enter() error {
	for {
		b, err := j.scan.peek()
		if err != nil {
			if j.inList && errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		switch {
		case !j.inList:
			if b != '[' || !j.isList() {
				return nil
			}
			j.inList, j.listed = true, 0
		case b == ']':
			j.inList = false
		case j.listed == 0:
			j.listed++
			return nil
		case b != ',':
			return fmt.Errorf("wanted a comma or ] behind a row, received %q", b)
		default:
			j.listed = 0
		}
		if _, err := j.scan.r.ReadByte(); err != nil {
			return err
		}
	}
}

// isList tells an array of rows from a row.
func (j *jsonReader) isList() bool {
	n, next := j.scan.opens()
	return n == 1 && next == '{' || len(j.w.Inputs) == 1 && j.w.Outputs == nil && n == len(j.w.Inputs[0].Shape)
}

// parse reads a row of valid JSON.
func (j *jsonReader) parse(b []byte) error {
	var err error
	j.members = append(j.members[:0], member{"", b})
	if b[0] == '{' {
		if j.members, err = membersOf(b, j.members); err != nil {
			return err
		}
	} else if len(j.w.Inputs) != 1 || j.w.Outputs != nil {
		return fmt.Errorf("wanted an object with %s, received %.20q", describe(append(slices.Clone(j.w.Inputs), j.w.Outputs...)), b)
	}
	if err := j.match(); err != nil {
		return err
	}
	j.shapes = j.shapes[:0]
	for i := range j.layout.Feeds {
		f := &j.layout.Feeds[i]
		j.next[i].reset()
		shape := f.Shape
		if f.Kept {
			j.next[i].s = append(j.next[i].s, keptJSON(j.members[f.Columns[0]].value))
			j.shapes = append(j.shapes, Scalar)
			continue
		}
		for _, at := range f.Columns {
			v := flattener{cells: &j.next[i], most: len(f.Port.Shape) + 1}
			err := v.add(j.members[at].value, 0)
			ok := len(v.shape) == 0
			if err == nil && len(f.Columns) == 1 {
				shape, ok = f.accepts(v.shape)
			}
			if err == nil && !ok {
				err = f.mismatch(v.shape)
			}
			if err != nil {
				return fmt.Errorf("input %q: %w", f.Port.Name, err)
			}
		}
		j.shapes = append(j.shapes, shape)
	}
	return nil
}

// keptJSON is a value as text: a string as it is, null as nothing, others as written.
func keptJSON(b []byte) string {
	var s string
	if b[0] == 'n' {
		return ""
	}
	if b[0] == '"' && json.Unmarshal(b, &s) == nil {
		return s
	}
	return string(b)
}

// match lays the members out, once for rows with the same keys.
func (j *jsonReader) match() error {
	if j.layout != nil && slices.EqualFunc(j.keys, j.members, func(k string, m member) bool { return k == m.key }) {
		return nil
	}
	columns := Columns{}
	keys := []string{}
	for _, m := range j.members {
		columns.List, keys = append(columns.List, Column{Name: m.key}), append(keys, m.key)
	}
	if len(keys) == 1 && keys[0] == "" {
		columns.Ordered = true // an array, not an object
	}
	layout, err := j.w.Match(columns)
	if err != nil {
		return err
	}
	if j.layout != nil && len(layout.Feeds) != len(j.layout.Feeds) {
		return fmt.Errorf("wanted the keys of the rows before, received %s", brief(keys))
	}
	if j.layout == nil {
		j.cells, j.next = j.w.newCells(layout), j.w.newCells(layout)
	}
	j.keys, j.layout = keys, layout
	return nil
}
