package parquet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
)

// Row is what a column has in one row. It is valid until the next.
type Row struct {
	Values
	// Dims are the lengths of the lists, the outermost first.
	Dims []int
	// Missing says of each value whether it is null, and stands for 0 or "".
	// It is nil where none is.
	Missing []bool
	// Absent says that the list itself is null.
	Absent bool
}

// Cursor reads a column row by row.
type Cursor struct {
	f      *File
	column *Column
	most   int // values of a row

	group      int   // the next
	rows, left int64 // rows and entries left of the group at hand
	pages      pages
	dictionary *dictionary
	spare      []byte // memory of a dictionary that is over, for the next pages
	page       page
	row        Row
	levels     []uint32 // of the row's values
	ragged     bool     // a list in the row has no values
}

// page is the data page at hand.
type page struct {
	entries  int // that are not in the buffers yet
	rep, def *hybrid
	values   decoder

	at    int // in reps and defs
	reps  []uint32
	defs  []uint32
	read  Values
	value int // in read
}

// Cursor reads a column from the first row on. Cursors of a file are not to be used
// at the same time. A row with more values than most is
// an error.
func (f *File) Cursor(c *Column, most int) (*Cursor, error) {
	if c.Kind == Other {
		return nil, fmt.Errorf("parquet: column %q has times of 96 bits, which are not supported", c.Name)
	}
	return &Cursor{f: f, column: c, most: most, pages: pages{scratch: &f.scratch}}, nil
}

// Next returns the next row, io.EOF after the last.
func (c *Cursor) Next() (*Row, error) {
	for c.rows == 0 {
		if c.group == len(c.f.groups) {
			return nil, io.EOF
		}
		if err := c.begin(); err != nil {
			return nil, c.named(err)
		}
	}
	if err := c.read(); err != nil {
		return nil, c.named(err)
	}
	c.rows--
	return &c.row, nil
}

func (c *Cursor) named(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errShort
	}
	return fmt.Errorf("parquet: column %q, row group %d: %w", c.column.Name, c.group, err)
}

// begin goes on to the next row group.
func (c *Cursor) begin() error {
	at := c.group
	c.group++
	chunk, err := c.f.chunk(at, c.column.index)
	if err != nil {
		return err
	}
	if c.dictionary != nil {
		c.spare = c.dictionary.raw[:0]
	}
	c.rows, c.left, c.dictionary = chunk.rows, chunk.values, nil
	section := io.NewSectionReader(c.f.r, chunk.at, chunk.bytes)
	if c.pages.r == nil {
		c.pages.r = bufio.NewReaderSize(section, maxHead)
	} else {
		c.pages.r.Reset(section)
	}
	c.pages.left, c.pages.codec, c.page = chunk.bytes, chunk.codec, page{}
	return nil
}

// read collects the values of a row.
func (c *Cursor) read() error {
	c.row.reset()
	c.row.Missing, c.row.Absent, c.ragged, c.row.Dims, c.levels = nil, false, false, c.row.Dims[:0], c.levels[:0]
	lists := c.column.repeated
	for n := 0; ; n++ {
		if c.page.at == len(c.page.defs) {
			if more, err := c.fill(); err != nil {
				return err
			} else if !more && n > 0 {
				break
			} else if !more {
				return errShort
			}
		}
		rep := c.page.reps[c.page.at]
		if n > 0 && rep == 0 {
			break
		}
		if n == 0 && rep != 0 {
			return errors.New("a row begins within a list")
		}
		if n >= max(1, c.most) {
			return fmt.Errorf("a row must be at most %d values, received more", c.most)
		}
		c.take(rep)
		if len(lists) == 0 {
			return nil
		}
	}
	return c.measure()
}

// take adds the entry at hand to the row.
func (c *Cursor) take(rep uint32) {
	def, lists, kind := int(c.page.defs[c.page.at]), c.column.repeated, c.column.Kind
	c.page.at++
	switch {
	case def == c.column.maxDef:
		c.row.appendAt(&c.page.read, c.page.value, kind)
		c.page.value++
	case len(lists) == 0 || def >= lists[len(lists)-1]:
		c.row.appendZero(kind)
	default: // a list that is empty, or null
		c.ragged = c.ragged || def >= lists[0] // one within a list
		c.row.Absent = c.row.Absent || def < lists[0]-1
		return
	}
	if missing := def != c.column.maxDef; missing || c.row.Missing != nil {
		for len(c.row.Missing) < len(c.levels) {
			c.row.Missing = append(c.row.Missing, false)
		}
		c.row.Missing = append(c.row.Missing, missing)
	}
	c.levels = append(c.levels, rep)
}

var errRagged = errors.New("the lists of a row have different lengths")

// measure finds the lengths of the lists, which must be the same for all of one
// level.
func (c *Cursor) measure() error {
	n, lists := len(c.levels), len(c.column.repeated)
	if c.ragged {
		return errRagged
	}
	if lists == 1 || n == 0 {
		for len(c.row.Dims) < lists {
			c.row.Dims = append(c.row.Dims, n)
		}
		return nil
	}
	parts := 1
	for level := 1; level <= lists; level++ {
		count := 0
		for _, rep := range c.levels {
			if int(rep) <= level {
				count++
			}
		}
		if count%parts != 0 {
			return errRagged
		}
		c.row.Dims = append(c.row.Dims, count/parts)
		parts = count
	}
	for i, rep := range c.levels {
		want, block := 0, n
		for i%block != 0 {
			block /= c.row.Dims[want]
			want++
		}
		if int(rep) != want {
			return errRagged
		}
	}
	return nil
}

// fill decodes some more entries. It reports whether there are any.
func (c *Cursor) fill() (bool, error) {
	p := &c.page
	for p.entries == 0 {
		if c.left <= 0 {
			return false, nil
		}
		if err := c.open(); err != nil {
			return false, err
		}
	}
	const most = 1024
	n := min(p.entries, most)
	p.reps, p.defs, p.at, p.value = resize(p.reps, n), resize(p.defs, n), 0, 0
	p.read.reset()
	if err := levels(p.rep, p.reps, 0); err != nil {
		return false, err
	}
	if err := levels(p.def, p.defs, uint32(c.column.maxDef)); err != nil {
		return false, err
	}
	values := 0
	for i, d := range p.defs {
		if int(d) > c.column.maxDef || int(p.reps[i]) > len(c.column.repeated) {
			return false, errors.New("a level is higher than the schema's")
		}
		if int(d) == c.column.maxDef {
			values++
		}
	}
	if err := p.values.next(&p.read, values); err != nil {
		return false, err
	}
	p.entries -= n
	return true, nil
}

func resize(s []uint32, n int) []uint32 { return slices.Grow(s[:0], n)[:n] }

// levels reads levels, which are all the same where none are kept.
func levels(h *hybrid, out []uint32, same uint32) error {
	if h != nil {
		return h.next(out)
	}
	for i := range out {
		out[i] = same
	}
	return nil
}

// open goes on to the next data page.
func (c *Cursor) open() error {
	head, b, err := c.pages.next()
	if err != nil {
		return err
	}
	switch kind, _ := head.int(pageType); kind {
	case typeDictionary:
		return c.readDictionary(head.inner(pageDictionary), b)
	case typeData:
		return c.openData(head.inner(pageData), b, 4)
	case type2:
		return c.openData(head.inner(pageData2), b, 0)
	}
	return nil // an index
}

// maxDictionary bounds what is decoded at once: sixteen times what is usual.
const maxDictionary = 16 << 20

func (c *Cursor) readDictionary(head fields, b []byte) error {
	n, _ := head.int(dataValues)
	d := &plainDecoder{c: c.column, b: b}
	if n < 0 || n > int64(len(b)) || c.column.physical == boolean {
		return errShort
	}
	if len(b) > maxDictionary {
		return fmt.Errorf("a dictionary must be at most %d bytes, received %d", maxDictionary, len(b))
	}
	c.dictionary = &dictionary{size: int(n)}
	if w := c.column.width; w > 0 && w <= 8 {
		if int(n) > len(b)/w {
			return errShort
		}
		c.dictionary.raw = b // which was the page's; the next pages get other memory
		c.pages.unpacked, c.spare = c.spare, nil
		return nil
	}
	return d.next(&c.dictionary.values, int(n))
}

// openData begins a page of data. Its levels have their lengths in front, or in
// the head.
func (c *Cursor) openData(head fields, b []byte, front int) error {
	n, _ := head.int(dataValues)
	if n < 0 || n > c.left {
		return fmt.Errorf("a page of %d values where %d are left", n, c.left)
	}
	p := &c.page
	p.rep, p.def, p.at, p.defs, p.reps = nil, nil, 0, p.defs[:0], p.reps[:0]
	part := func(highest, field int) (*hybrid, error) {
		size, _ := head.int(field)
		if front > 0 {
			if highest == 0 {
				return nil, nil
			}
			if len(b) < front {
				return nil, errShort
			}
			size = int64(binary.LittleEndian.Uint32(b))
			b = b[front:]
		}
		if size < 0 || size > int64(len(b)) {
			return nil, errShort
		}
		part := b[:size]
		b = b[size:]
		if highest == 0 {
			return nil, nil
		}
		return newHybrid(part, bits.Len(uint(highest)))
	}
	var err error
	if p.rep, err = part(len(c.column.repeated), data2Rep); err != nil {
		return err
	}
	if p.def, err = part(c.column.maxDef, data2Def); err != nil {
		return err
	}
	encoding, _ := head.int(dataEncoding)
	if front == 0 {
		encoding, _ = head.int(data2Encoding)
	}
	p.entries, c.left = int(n), c.left-n
	if p.values, err = c.column.decoderFor(encoding, b, c.dictionary); err != nil && n > 0 {
		return err
	}
	return nil
}
