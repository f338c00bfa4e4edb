package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/golang/snappy"
)

// Type is what a written column holds.
type Type int

// The types of columns that can be written.
const (
	Float32 Type = iota
	Int32
	Int64
	Bool
	Text
)

var physicals = map[Type]physical{Float32: floatType, Int32: int32Type, Int64: int64Type, Bool: boolean, Text: byteArray}

// Field is a column to write.
type Field struct {
	Name  string
	Type  Type
	Lists int // how many lists a value lies in
}

// groupBytes is about how much of all columns is kept before it is written.
const groupBytes = 8 << 20

// Writer writes rows, in row groups of some megabytes that snappy packs.
type Writer struct {
	w       io.Writer
	at      int64
	columns []*column
	groups  [][]byte
	total   int64
	err     error
}

// column is what a row group has of a column.
type column struct {
	Field
	reps, defs levelRuns
	data       []byte
	bits       int // values of Bool in data
	entries    int
	rows       int64
}

// NewWriter begins a file.
func NewWriter(w io.Writer, list []Field) *Writer {
	out := &Writer{w: w}
	for _, f := range list {
		c := &column{Field: f}
		c.reps.width, c.defs.width = bits.Len(uint(f.Lists)), bits.Len(uint(f.Lists+1))
		out.columns = append(out.columns, c)
	}
	out.write([]byte(Magic))
	return out
}

func (w *Writer) write(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
		w.at += int64(len(b))
	}
}

// Null gives a column a row without a value.
func (w *Writer) Null(column int) {
	c := w.columns[column]
	c.entry(0, 0)
	c.rows++
}

// Append gives a column a row: a slice of its type, in lists of these lengths.
func (w *Writer) Append(column int, values any, dims []int) {
	c := w.columns[column]
	def := c.Lists + 1
	if k := slices.Index(dims, 0); k >= 0 { // lists without values
		dims, def = dims[:k], k+1
	}
	n := 1
	for _, d := range dims {
		n *= d
	}
	for i := range n {
		rep, block := 0, n
		for ; i%block != 0; rep++ {
			block /= dims[rep]
		}
		c.entry(rep, def)
	}
	c.values(values)
	c.rows++
}

func (c *column) entry(rep, def int) {
	c.entries++
	c.reps.add(rep)
	c.defs.add(def)
}

func (c *column) values(values any) {
	switch v := values.(type) {
	case []float32:
		for _, x := range v {
			c.data = binary.LittleEndian.AppendUint32(c.data, math.Float32bits(x))
		}
	case []int32:
		for _, x := range v {
			c.data = binary.LittleEndian.AppendUint32(c.data, uint32(x))
		}
	case []int64:
		for _, x := range v {
			c.data = binary.LittleEndian.AppendUint64(c.data, uint64(x))
		}
	case []bool:
		for _, x := range v {
			if c.bits%8 == 0 {
				c.data = append(c.data, 0)
			}
			if x {
				c.data[len(c.data)-1] |= 1 << (c.bits % 8)
			}
			c.bits++
		}
	case []string:
		for _, x := range v {
			x = strings.ToValidUTF8(x, "\ufffd")
			c.data = append(binary.LittleEndian.AppendUint32(c.data, uint32(len(x))), x...)
		}
	}
}

// EndRow is called when every column has been given the row. It writes a row group
// when there is enough.
func (w *Writer) EndRow() error {
	size := 0
	for _, c := range w.columns {
		size += len(c.data) + len(c.reps.b) + len(c.defs.b)
	}
	if size >= groupBytes {
		w.flush()
	}
	return w.err
}

// flush writes a row group.
func (w *Writer) flush() {
	if len(w.columns) == 0 || w.columns[0].rows == 0 {
		return
	}
	var group structure
	var total int64
	rows, start := w.columns[0].rows, w.at
	group.list(groupColumns, compactStruct, len(w.columns))
	for _, c := range w.columns {
		at := w.at
		unpacked := w.page(c)
		total += unpacked
		group.b = append(group.b, c.chunk(at, w.at-at, unpacked)...)
		*c = column{Field: c.Field, reps: levelRuns{width: c.reps.width}, defs: levelRuns{width: c.defs.width}, data: c.data[:0]}
	}
	group.i64(2, total)
	group.i64(groupRows, rows)
	group.i64(5, start)
	w.groups = append(w.groups, group.end())
	w.total += rows
}

// page writes a column's values as one page and returns what it would take
// unpacked.
func (w *Writer) page(c *column) int64 {
	var plain []byte
	for _, l := range []*levelRuns{&c.reps, &c.defs} {
		if l.width > 0 {
			l.end()
			plain = append(binary.LittleEndian.AppendUint32(plain, uint32(len(l.b))), l.b...)
		}
	}
	plain = append(plain, c.data...)
	packed := snappy.Encode(nil, plain)
	if len(plain) > maxPage {
		w.err = fmt.Errorf("parquet: column %q: a row of %d bytes is too large", c.Name, len(plain))
		return 0
	}
	var data, head structure
	data.i32(dataValues, c.entries)
	data.i32(dataEncoding, encodingPlain)
	data.i32(3, encodingRLE)
	data.i32(4, encodingRLE)
	head.i32(pageType, typeData)
	head.i32(pageSize, len(plain))
	head.i32(pagePacked, len(packed))
	head.object(pageData, data.end())
	b := head.end()
	w.write(b)
	w.write(packed)
	return int64(len(b) + len(plain))
}
