package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
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
	cursors [][]*parquet.Cursor // by feed, one for each of its columns
	row     int
	gatherer
}

// pandasIndex is what pandas calls a column for an index without a name. It is no
// column of the table.
var pandasIndex = regexp.MustCompile(`^__index_level_\d+__$`)

// ParquetGroups are the rows of each row group, nil of what is not Parquet, or not a
// file.
func ParquetGroups(in *Input) ([]int64, error) {
	if _, ok := in.from.(*os.File); !ok || !isParquet(in) {
		return nil, nil
	}
	file, err := openParquet(in)
	if err != nil {
		return nil, err
	}
	return file.Groups(), nil
}

func openParquet(in *Input) (*parquet.File, error) {
	from, size, err := in.readerAt()
	if err != nil {
		return nil, err
	}
	return parquet.Open(from, size)
}

func readParquet(in *Input, w *Wanted) (Reader, error) {
	file, err := openParquet(in)
	if err != nil {
		return nil, err
	}
	r := &parquetReader{}
	if w.Group > 0 {
		for _, rows := range file.Groups()[:min(w.Group-1, len(file.Groups()))] {
			r.row += int(rows)
		}
		if err := file.Only(w.Group - 1); err != nil {
			return nil, err
		}
	}
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
	if file.Rows == 0 && w.Group == 0 {
		return nil, errors.New("no rows")
	}
	if r.layout, err = w.Match(columns); err != nil {
		return nil, err
	}
	r.cells, r.next = w.newCells(r.layout), w.newCells(r.layout)
	r.cursors, r.shapes = make([][]*parquet.Cursor, len(r.layout.Feeds)), make([]runtime.Shape, len(r.layout.Feeds))
	for i, f := range r.layout.Feeds {
		for _, at := range f.Columns {
			c, err := file.Cursor(list[at], recordBytes(w)/4)
			if err != nil {
				return nil, err
			}
			r.cursors[i] = append(r.cursors[i], c)
		}
	}
	return r, nil
}

// Next implements Reader.
func (r *parquetReader) Next(n int) ([]*runtime.Tensor, error) { return r.rows(n, batchBytes, r.read) }

// read reads a row into next. All columns go on to the next row, also when one has
// what its input does not take.
func (r *parquetReader) read() error {
	var failed error
	for i := range r.layout.Feeds {
		f := &r.layout.Feeds[i]
		r.next[i].reset()
		r.shapes[i] = f.Shape
		for k, at := range f.Columns {
			row, err := r.cursors[i][k].Next()
			if errors.Is(err, io.EOF) {
				return err
			}
			if err != nil {
				return fmt.Errorf("row %d: %w", r.row+1, err)
			}
			if err := r.take(i, at, row); err != nil && failed == nil {
				failed = &RowError{fmt.Errorf("row %d, column %q: %w", r.row+1, r.names[at], err)}
			}
		}
	}
	r.row++
	return failed
}

// take adds what a column has in a row to a feed.
func (r *parquetReader) take(feed, column int, row *parquet.Row) error {
	f := &r.layout.Feeds[feed]
	switch {
	case f.Kept && len(row.Dims) > 0:
		return errors.New("lists cannot be kept")
	case f.Kept || len(f.Columns) > 1:
		if len(row.Dims) > 0 {
			return f.mismatch(row.Dims)
		}
	default:
		shape, ok := f.accepts(slices.Clone(row.Dims))
		if !ok {
			return f.mismatch(row.Dims)
		}
		r.shapes[feed] = shape
	}
	return r.next[feed].column(row, r.kinds[column])
}

// column appends what a column has in a row.
func (c *cells) column(row *parquet.Row, kind parquet.Kind) error {
	for i := range max(len(row.Ints), len(row.Floats), len(row.Texts)) {
		var err error
		switch {
		case row.Missing != nil && row.Missing[i]:
			err = c.absent()
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
