package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/parquet"
	"github.com/kerasrun/kerasrun/runtime"
)

func isParquet(in *Input) bool { return bytes.HasPrefix(in.head(), []byte(parquet.Magic)) }

// parquetReader reads columns side by side. A column holds a number, or a list of
// them for all of an input.
type parquetReader struct {
	layout  *Layout
	names   []string
	kinds   []parquet.Kind
	cursors []*parquet.Cursor // by column, nil for those that nothing takes
	row     int
	cells   []cells // by feed
	next    []cells // a row
	shapes  []runtime.Shape
	ready   bool // next and shapes are a row read ahead
}

// pandasIndex is what pandas calls a column for an index without a name. It is no
// column of the table.
var pandasIndex = regexp.MustCompile(`^__index_level_\d+__$`)

func readParquet(in *Input, w *Wanted) (Reader, error) {
	from, size, err := in.readerAt()
	if err != nil {
		return nil, err
	}
	file, err := parquet.Open(from, size)
	if err != nil {
		return nil, err
	}
	r := &parquetReader{}
	columns := Columns{Ordered: true}
	var list []*parquet.Column
	for _, c := range file.Columns {
		if pandasIndex.MatchString(c.Name) && !slices.Contains(w.columnNames(), c.Name) {
			continue
		}
		column := Column{Name: c.Name, Shape: Scalar}
		if c.Lists > 0 {
			column.Shape = nil
		}
		list, columns.List = append(list, c), append(columns.List, column)
		r.names, r.kinds = append(r.names, c.Name), append(r.kinds, c.Kind)
	}
	if file.Rows == 0 {
		return nil, errors.New("no rows")
	}
	if r.layout, err = w.Match(columns); err != nil {
		return nil, err
	}
	r.cells, r.next = newCells(r.layout), newCells(r.layout)
	r.cursors, r.shapes = make([]*parquet.Cursor, len(list)), make([]runtime.Shape, len(r.layout.Feeds))
	for _, f := range r.layout.Feeds {
		for _, at := range f.Columns {
			if r.cursors[at], err = file.Cursor(list[at], recordBytes(w)/4); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// Next implements Reader. Rows of another shape begin a batch of their own.
func (r *parquetReader) Next(n int) ([]*runtime.Tensor, error) {
	for i := range r.cells {
		r.cells[i].reset()
	}
	var shapes []runtime.Shape
	rows, size := 0, 0
	for ; rows < n && size < batchBytes; rows++ {
		if !r.ready {
			if err := r.read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
		}
		if r.ready = shapes != nil && !slices.EqualFunc(shapes, r.shapes, runtime.Shape.Equal); r.ready {
			break
		}
		if shapes == nil {
			shapes = slices.Clone(r.shapes)
		}
		for i := range r.next {
			r.cells[i].move(&r.next[i])
			size += r.next[i].bytes()
		}
	}
	if rows == 0 {
		return nil, io.EOF
	}
	out := make([]*runtime.Tensor, len(r.cells))
	for i := range out {
		var err error
		if out[i], err = r.cells[i].tensor(append([]int{rows}, shapes[i]...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read reads a row into next.
func (r *parquetReader) read() error {
	for i := range r.layout.Feeds {
		f := &r.layout.Feeds[i]
		r.next[i].reset()
		r.shapes[i] = f.Shape
		for _, at := range f.Columns {
			row, err := r.cursors[at].Next()
			if errors.Is(err, io.EOF) {
				return err
			}
			if err == nil {
				err = r.next[i].column(row, r.kinds[at])
			}
			ok := err != nil || len(row.Dims) == 0
			if err == nil && len(f.Columns) == 1 {
				r.shapes[i], ok = f.accepts(slices.Clone(row.Dims))
			}
			if !ok {
				err = f.mismatch(row.Dims)
			}
			if err != nil {
				return fmt.Errorf("row %d, column %q: %w", r.row+1, r.names[at], err)
			}
		}
	}
	r.row++
	return nil
}

// column appends what a column has in a row.
func (c *cells) column(row *parquet.Row, kind parquet.Kind) error {
	for i := range max(len(row.Ints), len(row.Floats), len(row.Texts)) {
		var err error
		switch {
		case row.Missing != nil && row.Missing[i]:
			err = wanted("a value", "")
		case kind == parquet.Floats:
			err = c.number(row.Floats[i])
		case kind == parquet.Texts:
			err = c.text(row.Texts[i])
		case kind == parquet.Bools && c.dtype == runtime.String:
			err = c.text(strconv.FormatBool(row.Ints[i] == 1))
		default:
			err = c.integer(row.Ints[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// number appends a number, in the type of the cells.
func (c *cells) number(v float64) error {
	switch {
	case c.dtype == runtime.Float32:
		c.f = append(c.f, float32(v))
	case c.dtype == runtime.String:
		c.s = append(c.s, strconv.FormatFloat(v, 'g', -1, 64))
	case v == math.Trunc(v) && math.Abs(v) < 1<<63:
		return c.integer(int64(v))
	default:
		return wanted("a whole number", strconv.FormatFloat(v, 'g', -1, 64))
	}
	return nil
}

// integer appends a whole number, in the type of the cells.
func (c *cells) integer(v int64) error {
	switch c.dtype {
	case runtime.Float32:
		c.f = append(c.f, float32(v))
	case runtime.String:
		c.s = append(c.s, strconv.FormatInt(v, 10))
	case runtime.Bool:
		if v != 0 && v != 1 {
			return wanted("true or false", strconv.FormatInt(v, 10))
		}
		c.b = append(c.b, v == 1)
	default:
		if c.dtype == runtime.Int32 && v != int64(int32(v)) {
			return wanted("a number of 32 bits", strconv.FormatInt(v, 10))
		}
		return c.whole(v, "")
	}
	return nil
}
