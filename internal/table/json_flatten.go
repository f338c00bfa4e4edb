package table

import (
	"encoding/json"
	"errors"
	"fmt"
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
		return fmt.Errorf("%swanted a number, received an object", f.place())
	case 'n':
		return fmt.Errorf("%swanted a number, received null", f.place())
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		return fmt.Errorf("%s%w", f.place(), wanted("a number", s))
	}
	if level != len(f.shape) {
		return fmt.Errorf("%swanted an array, received %s", f.place(), b)
	}
	f.full = true
	if err := f.cells.text(string(b)); err != nil {
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
			return fmt.Errorf("%swanted a number, received an array", f.place())
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
