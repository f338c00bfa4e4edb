package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// isText takes what is no binary file for CSV.
func isText(in *Input) bool {
	return in.Reader != nil && bytes.IndexByte(in.head(), 0) < 0 // an HDF5 file, or text in UTF-16
}

// csvReader reads rows of text. A column is one number.
type csvReader struct {
	scan   *csvScanner
	layout *Layout
	names  []string // of the columns, nil without a header
	first  [][]byte // a row read ahead
	failed error    // of a row behind those that were returned
	row    int      // rows read
	cells  []cells  // by feed
	width  int      // columns of every row
}

func readCSV(in *Input, w *Wanted) (Reader, error) {
	c := newCSV(in, w)
	fields, err := c.scan.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("no rows: there are blank lines alone")
	}
	if err != nil {
		return nil, err
	}
	first := make([]string, len(fields))
	for i, f := range fields {
		first[i] = string(f)
	}
	c.width = len(first)
	columns := Columns{List: make([]Column, len(first)), Ordered: true}
	if isHeader(first, w) {
		c.names = first
		for i, name := range c.names {
			columns.List[i].Name = strings.TrimSpace(name)
		}
	} else if c.first = fields; w.Outputs != nil {
		return nil, errors.New("training data in CSV must have a header that names the columns, received numbers in the first row")
	}
	for i := range columns.List {
		columns.List[i].Shape = Scalar
	}
	if c.layout, err = w.Match(columns); err != nil {
		return nil, fmt.Errorf("row 1: %w", err)
	}
	c.cells = w.newCells(c.layout)
	return c, nil
}

// newCSV reads rows of any width, with whichever of comma, semicolon and tab the
// first line has most of.
func newCSV(in *Input, w *Wanted) *csvReader {
	text := in.text()
	return &csvReader{scan: newCSVScanner(text, delimiter(in.head()), recordBytes(w))}
}

func delimiter(head []byte) byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	best, most := byte(','), bytes.Count(line, []byte(","))
	for _, d := range []byte{'\t', ';'} {
		if n := bytes.Count(line, []byte{d}); n > most && most == 0 {
			best, most = d, n
		}
	}
	return best
}

// isHeader tells names from numbers.
func isHeader(first []string, w *Wanted) bool {
	if w.Header != HeaderAuto && w.Header != "" {
		return w.Header == HeaderYes
	}
	if takesText(w) {
		if w.Outputs != nil || namesInput(first, w) {
			return true
		}
		w.note("the first row has no input's name: taken for data (--header yes if it names the columns)")
		return false
	}
	if mostlyText(first) {
		return true
	}
	if counts(first) {
		w.note("the first row is %s: taken for names, as pandas writes them (--header no if it is data)", brief(first))
		return true
	}
	return false
}

// takesText reports whether an input takes strings, which do not differ from names.
func takesText(w *Wanted) bool {
	return slices.ContainsFunc(w.Inputs, func(p keras.Port) bool { return p.DType == runtime.String })
}

// namesInput reports whether a field is the name of an input, or of its first element.
func namesInput(fields []string, w *Wanted) bool {
	return slices.ContainsFunc(fields, func(f string) bool {
		name := strings.TrimSuffix(strings.TrimSpace(f), "_0")
		return slices.ContainsFunc(w.Inputs, func(p keras.Port) bool { return p.Name == name })
	})
}

// mostlyText reports whether more than half of the fields are not numbers.
func mostlyText(fields []string) bool {
	n := 0
	for _, f := range fields {
		if _, err := strconv.ParseFloat(strings.TrimSpace(f), 64); err != nil {
			n++
		}
	}
	return 2*n > len(fields)
}

// counts reports whether the fields that are numbers count 0, 1, 2, …, as pandas
// names columns that have no names.
func counts(fields []string) bool {
	k := 0
	for _, f := range fields {
		if f = strings.TrimSpace(f); f == strconv.Itoa(k) {
			k++
		} else if _, err := strconv.ParseFloat(f, 64); err == nil {
			return false
		}
	}
	return k > 1
}

// Next implements Reader. A row that cannot be read is a *RowError, after the rows
// before it.
func (c *csvReader) Next(n int) ([]*runtime.Tensor, error) {
	if err := c.failed; err != nil {
		c.failed = nil
		return nil, err
	}
	for i := range c.cells {
		c.cells[i].reset()
	}
	rows := 0
	for ; rows < n; rows++ {
		if err := c.read(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			if rows == 0 {
				return nil, err
			}
			c.failed = err
			break
		}
	}
	if rows == 0 {
		if c.row == 0 {
			return nil, errors.New("no rows behind the header")
		}
		return nil, io.EOF
	}
	out := make([]*runtime.Tensor, len(c.cells))
	for i, f := range c.layout.Feeds {
		var err error
		if out[i], err = c.cells[i].tensor(append([]int{rows}, f.Shape...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read reads a row into the cells, whole or not at all.
func (c *csvReader) read() error {
	fields := c.first
	if c.first = nil; fields == nil {
		var err error
		if fields, err = c.scan.next(); errors.Is(err, io.EOF) {
			return err
		} else if err != nil {
			c.row++
			err = fmt.Errorf("row %d: %w", c.row, err)
			var quotes *csv.ParseError
			if errors.As(err, &quotes) {
				err = &RowError{err}
			}
			return err
		}
	}
	c.row++
	if len(fields) != c.width {
		return &RowError{fmt.Errorf("row %d (line %d): wanted %d columns, received %d", c.row, c.scan.line, c.width, len(fields))}
	}
	for i, f := range c.layout.Feeds {
		for _, column := range f.Columns {
			if err := c.cells[i].bytes(fields[column]); err != nil {
				c.drop(i, column)
				return &RowError{c.located(column, err)}
			}
		}
	}
	return nil
}

// drop takes back what of a row was read, up to a column of a feed.
func (c *csvReader) drop(feed, column int) {
	for i, f := range c.layout.Feeds[:feed+1] {
		n := len(f.Columns)
		if i == feed {
			n = slices.Index(f.Columns, column)
		}
		c.cells[i].cut(c.cells[i].len() - n)
	}
}

// located names the row and column of an error.
func (c *csvReader) located(column int, err error) error {
	name := strconv.Itoa(column + 1)
	if column < len(c.names) {
		name += fmt.Sprintf(" (%s)", strings.TrimSpace(c.names[column]))
	}
	return fmt.Errorf("row %d (line %d), column %s: %w", c.row, c.scan.line, name, err)
}
