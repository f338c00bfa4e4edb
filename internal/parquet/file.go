package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Magic begins and ends a file.
const Magic = "PAR1"

// maxFooter bounds the metadata of a file.
const maxFooter = 32 << 20

// File is a file whose metadata has been read.
type File struct {
	// Columns are the leaves of the schema, in order.
	Columns []*Column
	// Rows is what the metadata says of all row groups together.
	Rows int64

	r      io.ReaderAt
	size   int64
	groups []fields
	scratch
}

// Open reads the metadata of a file of so many bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	var tail [8]byte
	if size < 12 {
		return nil, errors.New("parquet: the file is too short")
	}
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return nil, err
	}
	switch string(tail[4:]) {
	case Magic:
	case "PARE":
		return nil, errors.New("parquet: the file is encrypted")
	default:
		return nil, errors.New("parquet: the file is cut off: it must end in PAR1")
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > size-12 {
		return nil, fmt.Errorf("parquet: the file is cut off: metadata of %d bytes in a file of %d", n, size)
	}
	if n > maxFooter {
		return nil, fmt.Errorf("parquet: metadata must be at most %d bytes, received %d", maxFooter, n)
	}
	footer := make([]byte, n)
	if _, err := r.ReadAt(footer, size-8-n); err != nil {
		return nil, err
	}
	meta, err := (&compact{b: footer}).object()
	if err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	f := &File{r: r, size: size - 8 - n}
	if err := f.read(meta); err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	return f, nil
}

// Groups are the rows of each row group.
func (f *File) Groups() []int64 {
	out := make([]int64, len(f.groups))
	for i, g := range f.groups {
		out[i], _ = g.int(groupRows)
	}
	return out
}

// Only leaves one row group of the file.
func (f *File) Only(group int) error {
	if group < 0 || group >= len(f.groups) {
		return fmt.Errorf("parquet: row group %d of a file of %d", group, len(f.groups))
	}
	f.groups = f.groups[group : group+1]
	f.Rows, _ = f.groups[0].int(groupRows)
	return nil
}

// The fields of FileMetaData and RowGroup that are read.
const (
	fileSchema, fileRows, fileGroups  = 2, 3, 4
	groupColumns, groupRows           = 1, 3
	chunkPath, chunkMeta              = 1, 3
	metaCodec, metaValues, metaPacked = 4, 5, 7
	metaData, metaDictionary          = 9, 11
)

func (f *File) read(meta fields) error {
	f.Rows, _ = meta.int(fileRows)
	var err error
	if f.Columns, err = columnsOf(meta.list(fileSchema)); err != nil {
		return err
	}
	total := int64(0)
	for _, g := range meta.list(fileGroups) {
		group, _ := g.(fields)
		rows, _ := group.int(groupRows)
		if n := len(group.list(groupColumns)); n != len(f.Columns) || rows < 0 || rows > f.Rows-total {
			return fmt.Errorf("a row group has %d columns and %d rows in a file of %d columns and %d rows", n, rows, len(f.Columns), f.Rows)
		}
		total += rows
		f.groups = append(f.groups, group)
	}
	if total != f.Rows {
		return fmt.Errorf("the row groups have %d rows, the file %d", total, f.Rows)
	}
	return nil
}

// chunk is where a column's values of one row group lie.
type chunk struct {
	at, bytes, values, rows int64
	codec                   int
}

func (f *File) chunk(group, column int) (*chunk, error) {
	c, _ := f.groups[group].list(groupColumns)[column].(fields)
	meta := c.inner(chunkMeta)
	if c.text(chunkPath) != "" || meta == nil {
		return nil, errors.New("a column is kept in another file, or is encrypted")
	}
	at, _ := meta.int(metaData)
	if d, ok := meta.int(metaDictionary); ok && d > 0 && d < at {
		at = d
	}
	codec, _ := meta.int(metaCodec)
	out := &chunk{at: at, codec: int(codec)}
	out.bytes, _ = meta.int(metaPacked)
	out.values, _ = meta.int(metaValues)
	out.rows, _ = f.groups[group].int(groupRows)
	if at < int64(len(Magic)) || out.bytes < 0 || at > f.size || out.bytes > f.size-at || out.values < 0 {
		return nil, fmt.Errorf("a column lies at %d, %d bytes, in a file with %d bytes of data", at, out.bytes, f.size)
	}
	return out, nil
}
