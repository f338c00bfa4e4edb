package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// csvReader reads rows of text. The columns of a row are the elements of the
// inputs, one input after the other, each row-major.
type csvReader struct {
	csv    *csv.Reader
	inputs []keras.Port
	names  []string // of the columns, nil without a header
	first  []string // a row read ahead
	row    int      // rows read
	order  []int    // the columns that are read, in the order of the inputs; nil is all
	cells  []cells
	shapes []runtime.Shape // of a row of each input, once known
	sizes  []int           // their elements
	width  int             // columns of every row
}

func newCSVReader(r *bufio.Reader, inputs []keras.Port, header Header) (*csvReader, error) {
	c := &csvReader{csv: newCSV(r)}
	c.read(inputs)
	first, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("no rows: the input is blank")
	}
	if err != nil {
		return nil, err
	}
	if header == HeaderYes || header == HeaderAuto && mostlyText(first) {
		c.names = append([]string{}, first...)
		return c, c.layout(len(first))
	}
	c.first = first
	return c, c.layout(len(first))
}

// read sets what the columns are.
func (c *csvReader) read(inputs []keras.Port) {
	c.inputs, c.cells = inputs, make([]cells, len(inputs))
	for i, p := range inputs {
		c.cells[i].dtype = p.DType
	}
}

// newCSV reads rows of any width, with whichever of comma, semicolon and tab the
// first line has most of.
func newCSV(r *bufio.Reader) *csv.Reader {
	if head, _ := r.Peek(len(bom)); bytes.Equal(head, bom) {
		_, _ = r.Discard(len(bom)) // peeked at before
	}
	c := csv.NewReader(r)
	c.Comma = delimiter(r)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	c.TrimLeadingSpace = c.Comma != '\t'
	return c
}

func delimiter(r *bufio.Reader) rune {
	head, _ := r.Peek(4096)
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, d := range []rune{'\t', ';'} {
		if n := bytes.Count(line, []byte(string(d))); n > most && most == 0 {
			best, most = d, n
		}
	}
	return best
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

// layout divides the columns among the inputs. One axis of unknown size takes
// what is left.
func (c *csvReader) layout(width int) error {
	known, open, unit := 0, false, 1
	for _, p := range c.inputs {
		n, unknown := 1, 0
		for _, d := range rowShape(p) {
			if d < 0 {
				unknown++
			} else {
				n *= d
			}
		}
		switch {
		case unknown == 0:
			known += n
		case unknown > 1 || open:
			return fmt.Errorf("columns cannot be divided among axes of unknown size (%s): use JSON lines, .npy or .npz", describe(c.inputs))
		default:
			open, unit = true, n
		}
	}
	left := width - known
	if !open && left != 0 || open && (left < 0 || unit == 0 || left%unit != 0) {
		return c.wrongWidth(known, open, width)
	}
	for _, p := range c.inputs {
		shape, n := append(runtime.Shape{}, rowShape(p)...), 1
		for a, d := range shape {
			if d < 0 {
				shape[a] = left / unit
			}
			n *= shape[a]
		}
		c.shapes, c.sizes = append(c.shapes, shape), append(c.sizes, n)
	}
	c.width = width
	return nil
}

func (c *csvReader) wrongWidth(known int, open bool, width int) error {
	want := strconv.Itoa(known)
	if open {
		want += " and those of an axis of unknown size"
	}
	return fmt.Errorf("row 1: wanted %s columns (%s), received %d", want, describe(c.inputs), width)
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
			if fields, err = c.csv.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
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
	for i := range out {
		var err error
		if out[i], err = c.cells[i].tensor(append([]int{rows}, c.shapes[i]...)...); err != nil {
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
	k := 0
	for i := range c.cells {
		for range c.sizes[i] {
			column := k
			if c.order != nil {
				column = c.order[k]
			}
			if err := c.cells[i].text(fields[column]); err != nil {
				return c.located(column, err)
			}
			k++
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
