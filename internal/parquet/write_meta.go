package parquet

import (
	"encoding/binary"
)

// Close writes what is left, and the metadata. It does not close what is written
// to.
func (w *Writer) Close() error {
	w.flush()
	var schema []byte
	n := 1
	var root structure
	root.text(elementName, "schema")
	root.i32(elementChildren, len(w.columns))
	schema = append(schema, root.end()...)
	for _, c := range w.columns {
		b, k := c.schema()
		schema, n = append(schema, b...), n+k
	}
	var meta structure
	meta.i32(1, 2) // the version of the format
	meta.list(fileSchema, compactStruct, n)
	meta.b = append(meta.b, schema...)
	meta.i64(fileRows, w.total)
	meta.list(fileGroups, compactStruct, len(w.groups))
	for _, g := range w.groups {
		meta.b = append(meta.b, g...)
	}
	meta.text(6, "kerasrun")
	b := meta.end()
	w.write(b)
	w.write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(b))), Magic...))
	return w.err
}

// schema is the elements of a column: a list is an optional group with a repeated
// one in it that holds the element.
func (c *Field) schema() (b []byte, elements int) {
	const required, optional, repeated, list = 0, 1, 2, 3
	const logicalText, logicalList, convertedText = 1, 3, 0
	name, repetition := c.Name, optional
	for range c.Lists {
		var group, inner, kind structure
		group.i32(elementRepetition, repetition)
		group.text(elementName, name)
		group.i32(elementChildren, 1)
		group.i32(elementConverted, list)
		kind.object(logicalList, []byte{0})
		group.object(elementLogical, kind.end())
		inner.i32(elementRepetition, repeated)
		inner.text(elementName, "list")
		inner.i32(elementChildren, 1)
		b = append(append(b, group.end()...), inner.end()...)
		elements += 2
		name, repetition = "element", required
	}
	var leaf structure
	leaf.i32(elementType, int(physicals[c.Type]))
	leaf.i32(elementRepetition, repetition)
	leaf.text(elementName, name)
	if c.Type == Text {
		var kind structure
		leaf.i32(elementConverted, convertedText)
		kind.object(logicalText, []byte{0})
		leaf.object(elementLogical, kind.end())
	}
	return append(b, leaf.end()...), elements + 1
}

// chunk is the metadata of a column in a row group that was just written.
func (c *column) chunk(at, packed, unpacked int64) []byte {
	const codecSnappy = 1
	var meta, chunk structure
	meta.i32(1, int(physicals[c.Type]))
	meta.list(2, compactI32, 2)
	meta.b = appendZigzag(appendZigzag(meta.b, encodingPlain), encodingRLE)
	path := []string{c.Name}
	for range c.Lists {
		path = append(path, "list", "element")
	}
	meta.list(3, compactBinary, len(path))
	for _, p := range path {
		meta.b = appendText(meta.b, p)
	}
	meta.i32(metaCodec, codecSnappy)
	meta.i64(metaValues, int64(c.entries))
	meta.i64(6, unpacked)
	meta.i64(metaPacked, packed)
	meta.i64(metaData, at)
	chunk.i64(2, at)
	chunk.object(chunkMeta, meta.end())
	return chunk.end()
}

// levelRuns writes levels as runs of the same.
type levelRuns struct {
	width int // bits, 0 where there is only one level
	b     []byte
	value int
	run   uint64
}

func (l *levelRuns) add(v int) {
	if v != l.value {
		l.end()
		l.value = v
	}
	l.run++
}

func (l *levelRuns) end() {
	if l.run > 0 && l.width > 0 {
		l.b = append(binary.AppendUvarint(l.b, l.run<<1), byte(l.value))
	}
	l.run = 0
}
