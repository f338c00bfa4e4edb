package hdf5

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"
)

// Write writes the tree below root as an HDF5 file in the form h5py gives its
// own by default and every HDF5 library reads: superblock 0, version 1 object
// headers, symbol tables, contiguous data. Data starts at multiples of 8 bytes.
//
// The structures are laid out in memory first; the elements of datasets then
// stream from their nodes to w one after the other. The tree must not share
// nodes between groups.
func Write(w io.Writer, root *GroupNode) error {
	l := layouter{heap: heapWriter{next: superblockSize}}
	top, err := l.group("/", "", root, 0)
	if err != nil {
		return err
	}
	l.heap.finish()
	end := l.place()

	out := bufio.NewWriterSize(w, 1<<16)
	count := &counter{w: out}
	count.Write(encodeSuperblock(top, end))
	for _, c := range l.heap.collections {
		count.Write(c)
	}
	for _, e := range l.entries {
		count.Write(e.header())
		if e.table != nil {
			count.Write(e.table.encode())
		}
	}
	for _, e := range l.entries {
		if e.table == nil {
			e.writeData(count)
		}
	}
	if count.err == nil {
		count.err = out.Flush()
	}
	if count.err == nil && count.n != end {
		count.err = fmt.Errorf("hdf5: wrote %d bytes of a file laid out as %d", count.n, end)
	}
	return count.err
}

const superblockSize = 96

func encodeSuperblock(root *entry, end uint64) []byte {
	b := le(signature)
	b.u8(0, 0, 0, 0, 0, 8, 8, 0)
	b.u16(leafRank)
	b.u16(internalRank)
	b.u32(0)
	b.u64(0) // base
	b.u64(undefined)
	b.u64(end)
	b.u64(undefined)
	b.u64(0) // the root has no name
	root.symbol(&b)
	return b
}

// counter counts the bytes written and keeps the first error.
type counter struct {
	w   io.Writer
	n   uint64
	err error
}

func (c *counter) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.n += uint64(n)
	if err != nil {
		c.err = fmt.Errorf("hdf5: write: %w", err)
	}
	return n, err
}

// layouter gathers the objects of a tree in the order they are written in.
type layouter struct {
	heap    heapWriter
	entries []*entry
}

// entry is an object with its place in the file.
type entry struct {
	name     string
	path     string
	messages [][]byte // of the header, nil for the one that late makes
	addr     uint64
	table    *table // of a group

	data   []byte // of a dataset
	stream func(io.Writer) error
	size   uint64 // bytes of data
	at     uint64 // address of data
}

func (l *layouter) group(where, name string, g *GroupNode, depth int) (*entry, error) {
	if max := DefaultLimits().GroupDepth; depth > max {
		return nil, fmt.Errorf("hdf5: %s: groups must be nested at most %d deep", where, max)
	}
	e := &entry{name: name, path: where, messages: [][]byte{nil}}
	if err := l.attributes(e, g.Attrs); err != nil {
		return nil, err
	}
	l.entries = append(l.entries, e)
	seen := map[string]bool{}
	var members []*entry
	for _, m := range g.Members {
		p := path.Join(where, m.Name)
		if m.Name == "" || m.Name == "." || strings.ContainsAny(m.Name, "/\x00") || seen[m.Name] {
			return nil, fmt.Errorf("hdf5: %s: member names must be unique, not empty and without / or NUL, received %q", where, m.Name)
		}
		seen[m.Name] = true
		var child *entry
		var err error
		switch {
		case m.Group != nil && m.Dataset == nil:
			child, err = l.group(p, m.Name, m.Group, depth+1)
		case m.Dataset != nil && m.Group == nil:
			child, err = l.dataset(p, m.Name, m.Dataset)
		default:
			err = fmt.Errorf("hdf5: %s: a member must be a group or a dataset", p)
		}
		if err != nil {
			return nil, err
		}
		members = append(members, child)
	}
	e.table = newTable(members)
	return e, nil
}

func (l *layouter) dataset(where, name string, d *DatasetNode) (*entry, error) {
	wrap := func(err error) error { return fmt.Errorf("hdf5: %s: %w", where, err) }
	points, err := d.check(d.Stream != nil)
	if err != nil {
		return nil, wrap(err)
	}
	dtype, err := encodeType(d.Type)
	if err != nil {
		return nil, wrap(err)
	}
	e := &entry{name: name, path: where, stream: d.Stream, size: uint64(points) * uint64(d.Type.Size)}
	if d.Stream == nil {
		if e.data, err = l.elements(d.Value); err != nil {
			return nil, wrap(err)
		}
	}
	const late, ifSet, defined = 2, 2, 1
	e.messages = [][]byte{
		encodeMessage(msgDataspace, 0, encodeSpace(d.Value)),
		encodeMessage(msgDatatype, 1, dtype),
		encodeMessage(msgFill, 1, []byte{2, late, ifSet, defined, 0, 0, 0, 0}),
		nil,
	}
	if err := l.attributes(e, d.Attrs); err != nil {
		return nil, err
	}
	l.entries = append(l.entries, e)
	return e, nil
}

// elements is the data of a value, its strings laid out.
func (l *layouter) elements(v Value) ([]byte, error) {
	if v.Null {
		return nil, nil
	}
	if v.Type.Class != ClassString {
		return v.Raw, nil
	}
	if v.Type.VarLen {
		return l.heap.stringRefs(v.Strings)
	}
	b := make([]byte, len(v.Strings)*v.Type.Size)
	for i, s := range v.Strings {
		if len(s) > v.Type.Size {
			return nil, fmt.Errorf("a string must be at most %d bytes, received %d", v.Type.Size, len(s))
		}
		field := b[i*v.Type.Size : (i+1)*v.Type.Size]
		if v.Type.Padding == SpacePadded {
			spread(field, []byte{' '})
		}
		copy(field, s)
	}
	return b, nil
}

// place gives every object its address and returns the size of the file.
func (l *layouter) place() uint64 {
	next := l.heap.next
	for _, e := range l.entries {
		e.addr = next
		next += e.headerSize()
		if e.table != nil {
			next = e.table.place(next)
		}
	}
	for _, e := range l.entries {
		if e.table == nil {
			e.at = next
			next += (e.size + 7) &^ 7
		}
	}
	return next
}

// writeData writes the elements and pads them to 8 bytes.
func (e *entry) writeData(out *counter) {
	before := out.n
	if e.stream == nil {
		out.Write(e.data)
	} else if err := e.stream(out); err != nil && out.err == nil {
		out.err = fmt.Errorf("hdf5: %s: %w", e.path, err)
	}
	if n := out.n - before; out.err == nil && n != e.size {
		out.err = fmt.Errorf("hdf5: %s: stream must write %d bytes, received %d", e.path, e.size, n)
	}
	out.Write(make([]byte, -e.size&7))
}
