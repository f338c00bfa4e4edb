package table

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/internal/images"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Header says whether the first row of a CSV file names the columns.
type Header string

// The possibilities. HeaderAuto takes the first row for names when most of it
// is not numbers, or when it is what pandas writes for columns without names.
const (
	HeaderAuto Header = "auto"
	HeaderYes  Header = "yes"
	HeaderNo   Header = "no"
)

// Wanted says what rows are read for.
type Wanted struct {
	Inputs []keras.Port
	// Outputs are the model's, of which targets are read; without any, rows
	// hold inputs alone.
	Outputs []keras.Port

	// Columns names the elements of the inputs, one input after the other.
	Columns []string
	// Targets names the columns that are the targets.
	Targets []string
	// Weight names the column that weighs rows; empty is sample_weight, if there is one.
	Weight string
	// Labels names the classes of the one target in order; its column holds such
	// names then. Nil is numbers, and for images the names of the folders they are in.
	Labels []string
	// OneHot makes of a label a row with 1 in the place of its class, else its number.
	OneHot bool
	// Like is how rows read before were laid out: names that were taken in
	// their order then are looked for now.
	Like *Layout

	// Group, if not 0, is the only row group of a Parquet file that is read, from 1 on.
	Group int

	Header     Header
	AllowExtra bool // columns that nothing wants are left out
	// IDs names columns that are carried along and are no inputs, Keep others that
	// are carried along, KeepAll all: as text, behind what is read for the model.
	IDs, Keep []string
	KeepAll   bool
	// Missing is the text that stands for what is missing: an empty cell, a word
	// that pandas takes for one, or null. If empty, what is missing is an error.
	Missing string
	// Images says how images are resized.
	Images images.Options
	// Note is told what was guessed. It may be nil.
	Note func(string)

	// Found is the layout of the rows, set once they are open or, where every
	// row says it itself, read.
	Found *Layout

	noted map[string]bool
}

// note says something once.
func (w *Wanted) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.Note == nil || w.noted[text] {
		return
	}
	if w.noted == nil {
		w.noted = map[string]bool{}
	}
	w.noted[text] = true
	w.Note(text)
}

// Column is what a format calls a part of a row.
type Column struct {
	Name string
	// Shape is that of one row's part: Scalar, or nil where it is not known
	// before the row is read.
	Shape runtime.Shape
}

// Scalar is the shape of a column that holds one number a row.
var Scalar = runtime.Shape{}

// Columns are all parts of a row.
type Columns struct {
	List []Column
	// Ordered says that their order means something, as in CSV and unlike in
	// an object.
	Ordered bool
	// Loose says that there may be others beside those that are wanted, as in
	// an archive of arrays.
	Loose bool
}

// Layout says which columns make up which tensor: the inputs first, then the
// targets, then the weights of rows if there are any, then what is kept.
type Layout struct {
	Feeds []Feed
	// Inputs and Targets name the columns in the order in which they are taken,
	// if they have names.
	Inputs, Targets []string
}

// Feed is one tensor.
type Feed struct {
	Port keras.Port
	// Shape is that of a row, -1 where the column decides.
	Shape runtime.Shape
	// Columns are places in Columns.List: one that holds all elements, or several
	// that hold them together, row-major.
	Columns []int
	// Class says that a target may be the number of a class.
	Class bool
	// Kept says that the column is carried along as text.
	Kept bool
}

// accepts reports whether a row's part of this shape is what the feed takes, and
// the shape it gets.
func (f *Feed) accepts(shape []int) (runtime.Shape, bool) {
	if f.Class {
		return shape, targetFits(shape, f.Port)
	}
	if !fits(shape, f.Port) {
		// A number for a row of one element.
		row := rowShape(f.Port)
		return row, len(shape) == 0 && count(row) == 1
	}
	return shape, true
}

// mismatch is the error of a shape that does not fit.
func (f *Feed) mismatch(received []int) error {
	e := &runtime.ShapeError{What: fmt.Sprintf("input %q", f.Port.Name), Wanted: rowShape(f.Port).String(), Received: runtime.Shape(received).String()}
	if f.Class {
		e.What, e.Wanted = fmt.Sprintf("y for output %q", f.Port.Name), e.Wanted+", or a class for each row of it"
	}
	return e
}

// rowShape is the shape of one row.
func rowShape(p keras.Port) runtime.Shape {
	if len(p.Shape) == 0 {
		return nil
	}
	return p.Shape[1:]
}

// fits reports whether a row of this shape may enter the port.
func fits(shape []int, p keras.Port) bool {
	want := rowShape(p)
	if len(shape) != len(want) {
		return false
	}
	for i, d := range want {
		if d >= 0 && shape[i] != d {
			return false
		}
	}
	return true
}

// targetFits reports whether targets of this shape a row go with an output: its
// own shape, or numbers of classes instead of its last axis.
func targetFits(shape []int, p keras.Port) bool {
	if fits(shape, p) {
		return true
	}
	classes := p
	if n := len(p.Shape); n > 1 {
		classes.Shape = p.Shape[:n-1]
		if k := len(shape); k > 0 && shape[k-1] == 1 && k == n-1 {
			shape = shape[:k-1]
		}
	}
	return fits(shape, classes)
}

// count is the number of elements of a shape, -1 where an axis has no known size.
func count(shape runtime.Shape) int {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return -1
		}
		n *= d
	}
	return n
}

// elementsOf counts the elements of a row of all ports; open says that some axes
// have no known size.
func elementsOf(ports ...keras.Port) (n int, open bool) {
	for _, p := range ports {
		k := 1
		for _, d := range rowShape(p) {
			if d < 0 {
				open = true
				d = 1
			}
			k *= d
		}
		n += k
	}
	return n, open
}

// describe lists ports with what a row of each holds.
func describe(ports []keras.Port) string {
	var list []string
	for _, p := range ports {
		list = append(list, p.Name+" "+rowShape(p).String())
	}
	return brief(list)
}

// brief lists names, the first ones where there are many.
func brief(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(", … and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
