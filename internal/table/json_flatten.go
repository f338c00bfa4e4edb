package table

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// flattener turns nested arrays into elements and a shape.
type flattener struct {
	cells *cells
	most  int // levels of arrays
	shape []int
	full  bool // the shape is known: a leaf was reached
	path  []int
}

// add reads valid JSON.
func (f *flattener) add(b []byte, level int) error {
	switch b[0] {
	case '[':
		return f.array(b, level)
	case '{':
		return fmt.Errorf("%swanted %s, received an object", f.place(), f.element())
	case 'n':
		if f.cells.missing != "" {
			return f.leaf(f.cells.missing, b, level)
		}
		return fmt.Errorf("%swanted %s, received null", f.place(), f.element())
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		if f.cells.dtype != runtime.String {
			return fmt.Errorf("%s%w", f.place(), wanted("a number", s))
		}
		return f.leaf(s, b, level)
	}
	if f.cells.dtype == runtime.String {
		return fmt.Errorf("%swanted a string, received %s", f.place(), b)
	}
	return f.leaf(string(b), b, level)
}

// element says what the elements are.
func (f *flattener) element() string {
	if f.cells.dtype == runtime.String {
		return "a string"
	}
	return "a number"
}

// leaf adds an element, which stands in the JSON as b.
func (f *flattener) leaf(text string, b []byte, level int) error {
	if level != len(f.shape) {
		return fmt.Errorf("%swanted an array, received %s", f.place(), b)
	}
	f.full = true
	if err := f.cells.text(text); err != nil {
		return fmt.Errorf("%s%w", f.place(), err)
	}
	return nil
}

func (f *flattener) array(b []byte, level int) error {
	if level >= f.most {
		return errors.New("wanted fewer levels of arrays")
	}
	if level == len(f.shape) {
		if f.full {
			return fmt.Errorf("%swanted %s, received an array", f.place(), f.element())
		}
		f.shape = append(f.shape, -1)
	}
	n := 0
	for i := space(b, 1); b[i] != ']'; i = space(b, i) {
		end := skip(b, i)
		f.path = append(f.path[:level], n)
		if err := f.add(b[i:end], level+1); err != nil {
			return err
		}
		n++
		i = end
	}
	if f.shape[level] < 0 {
		f.shape[level] = n
	}
	if f.shape[level] != n {
		f.path = f.path[:level]
		return fmt.Errorf("%swanted %d elements, received %d", f.place(), f.shape[level], n)
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
