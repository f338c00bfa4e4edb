package table

import (
	"bufio"
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
	csv    *csv.Reader
	record *bounded
	layout *Layout
	names  []string // of the columns, nil without a header
	first  []string // a row read ahead
	row    int      // rows read
	cells  []cells  // by feed
	width  int      // columns of every row
}

func readCSV(in *Input, w *Wanted) (Reader, error) {
	c := newCSV(in, w)
	first, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("no rows: there are blank lines alone")
	}
	if err != nil {
		return nil, err
	}
	c.width = len(first)
	columns := Columns{List: make([]Column, len(first)), Ordered: true}
	if isHeader(first, w) {
		c.names = append([]string{}, first...)
		for i, name := range c.names {
			columns.List[i].Name = strings.TrimSpace(name)
		}
	} else if c.first = first; w.Outputs != nil {
		return nil, errors.New("training data in CSV must have a header that names the columns, received numbers in the first row")
	}
	for i := range columns.List {
		columns.List[i].Shape = Scalar
	}
	if c.layout, err = w.Match(columns); err != nil {
		return nil, fmt.Errorf("row 1: %w", err)
	}
	c.cells = newCells(c.layout)
	return c, nil
}

// newCSV reads rows of any width, with whichever of comma, semicolon and tab the
// first line has most of.
func newCSV(in *Input, w *Wanted) *csvReader {
	c := &csvReader{record: newBounded(in.text(), w)}
	comma := delimiter(in.head())
	c.csv = csv.NewReader(bufio.NewReaderSize(c.record, readAhead))
	c.csv.Comma = comma
	c.csv.FieldsPerRecord = -1
	c.csv.ReuseRecord = true
	c.csv.TrimLeadingSpace = comma != '\t'
	return c
}

func delimiter(head []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, d := range []rune{'\t', ';'} {
		if n := bytes.Count(line, []byte(string(d))); n > most && most == 0 {
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

// Next implements Reader.
func (c *csvReader) Next(n int) ([]*runtime.Tensor, error) {
	for i := range c.cells {
		c.cells[i].reset()
	}
	rows := 0
	for ; rows < n; rows++ {
		fields := c.first
		if c.first = nil; fields == nil {
			var err error
			c.record.next()
			if fields, err = c.csv.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("row %d: %w", c.row+1, err)
			}
		}
		c.row++
		if err := c.parse(fields); err != nil {
			return nil, err
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

func (c *csvReader) parse(fields []string) error {
	if len(fields) != c.width {
		line, _ := c.csv.FieldPos(0)
		return fmt.Errorf("row %d (line %d): wanted %d columns, received %d", c.row, line, c.width, len(fields))
	}
	for i, f := range c.layout.Feeds {
		for _, column := range f.Columns {
			if err := c.cells[i].text(fields[column]); err != nil {
				return c.located(column, err)
			}
		}
	}
	return nil
}

// located names the row and column of an error.
func (c *csvReader) located(column int, err error) error {
	line, _ := c.csv.FieldPos(column)
	name := strconv.Itoa(column + 1)
	if column < len(c.names) {
		name += fmt.Sprintf(" (%s)", strings.TrimSpace(c.names[column]))
	}
	return fmt.Errorf("row %d (line %d), column %s: %w", c.row, line, name, err)
}
