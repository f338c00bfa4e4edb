package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeTree writes a tree and opens what came out.
func writeTree(t testing.TB, root *GroupNode) ([]byte, *File) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, root))
	f, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), Limits{})
	require.NoError(t, err)
	return b.Bytes(), f
}

func float32s(v ...float32) Value {
	b := le{}
	for _, x := range v {
		b.u32(math.Float32bits(x))
	}
	t, _ := TypeOf("float32")
	return Value{Type: t, Shape: []int{len(v)}, Raw: b}
}

// Files h5py wrote survive reading, writing and reading again, but for links
// and orders the writer does not keep.
func TestRoundTrip(t *testing.T) {
	for _, name := range []string{"keras_like.h5", "user_block.h5", "types_earliest.h5", "attributes_earliest.h5", "many_earliest.h5"} {
		t.Run(name, func(t *testing.T) {
			f := openFile(t, name)
			tree, err := f.Root().Tree()
			require.NoError(t, err)
			_, again := writeTree(t, tree)
			want, got := lister{}, lister{}
			want.group(f.Root())
			got.group(again.Root())
			assert.Equal(t, want.lines, got.lines)
		})
	}
}

// Groups of every size around those where nodes fill up and levels are added.
func TestWriteLargeGroups(t *testing.T) {
	for _, n := range []int{0, 1, 8, 9, 255, 256, 257, 8192, 8193} {
		root := &GroupNode{}
		for i := range n {
			g := &GroupNode{}
			g.SetAttr("i", Int64(int64(i)))
			root.Members = append(root.Members, Member{Name: fmt.Sprintf("g%d", i), Group: g})
		}
		_, f := writeTree(t, root)
		links, err := f.Root().Links()
		require.NoError(t, err)
		require.Len(t, links, n)
		for i := range n {
			g, err := f.Root().Group(fmt.Sprintf("g%d", i))
			require.NoError(t, err)
			a, ok, err := g.Attr("i")
			require.NoError(t, err)
			require.True(t, ok)
			v, err := a.Int64s()
			require.NoError(t, err)
			require.Equal(t, []int64{int64(i)}, v)
		}
	}
}

// Strings fill global heap collections to every remainder.
func TestWriteStrings(t *testing.T) {
	root := &GroupNode{}
	var list []string
	for i := range 700 {
		list = append(list, strings.Repeat("é", i%97))
	}
	root.SetAttr("list", ASCIIList(list))
	root.SetAttr("long", UTF8(strings.Repeat("x", 1<<20+3)))
	root.SetAttr("fixed", FixedList([]string{"a", "", "abc"}))
	root.SetAttr("none", ASCIIList(nil))
	for i := 4000; i < 4100; i++ {
		root.SetAttr(fmt.Sprint(i), ASCII(strings.Repeat("y", i)))
	}
	_, f := writeTree(t, root)
	attrs, err := f.Root().Attrs()
	require.NoError(t, err)
	require.Len(t, attrs, len(root.Attrs))
	for i, a := range attrs {
		got, err := a.Strings()
		require.NoError(t, err)
		want := root.Attrs[i].Strings
		if want == nil {
			want = []string{}
		}
		assert.Equal(t, want, got, a.Name)
		assert.Equal(t, root.Attrs[i].Type.UTF8, a.Type.UTF8, a.Name)
	}
}

func TestWriteStream(t *testing.T) {
	f32, err := TypeOf("float32")
	require.NoError(t, err)
	root := &GroupNode{}
	node := root.Group("a").AddDataset("w", &DatasetNode{Value: Value{Type: f32, Shape: []int{3}},
		Stream: func(w io.Writer) error {
			_, err := w.Write(float32s(1, 2, 3).Raw)
			return err
		}})
	raw, f := writeTree(t, root)
	d, err := f.Root().Dataset("a/w")
	require.NoError(t, err)
	got := make([]float32, 3)
	require.NoError(t, d.ReadFloat32(got))
	assert.Equal(t, []float32{1, 2, 3}, got)
	offset, size, ok := d.Contiguous()
	assert.True(t, ok)
	assert.Zero(t, offset%8)
	assert.Equal(t, float32s(1, 2, 3).Raw, []byte(raw[offset:offset+size]))

	node.Stream = func(w io.Writer) error { _, err := w.Write(make([]byte, 8)); return err }
	assert.ErrorContains(t, Write(io.Discard, root), "/a/w: stream must write 12 bytes, received 8")
	node.Stream = func(io.Writer) error { return io.ErrClosedPipe }
	assert.ErrorIs(t, Write(io.Discard, root), io.ErrClosedPipe)
}

func TestWriteRefuses(t *testing.T) {
	loop := &GroupNode{}
	loop.Members = []Member{{Name: "again", Group: loop}}
	short := float32s(1, 2)
	short.Raw = short.Raw[:7]
	for want, root := range map[string]*GroupNode{
		"nested at most":          loop,
		"received \"a/b\"":        {Members: []Member{{Name: "a/b", Group: &GroupNode{}}}},
		"received \"twice\"":      {Members: []Member{{Name: "twice", Group: &GroupNode{}}, {Name: "twice", Group: &GroupNode{}}}},
		"a group or a dataset":    {Members: []Member{{Name: "a"}}},
		"needs 8 bytes":           {Members: []Member{{Name: "a", Dataset: &DatasetNode{Value: short}}}},
		"must fit 65528 bytes":    {Attrs: []AttrNode{{"a", ASCIIList(make([]string, 4096))}}},
		"must not hold NUL":       {Attrs: []AttrNode{{"a", UTF8("a\x00b")}}},
		"received \"x\"":          {Attrs: []AttrNode{{"x", Int64(1)}, {"x", Int64(1)}}},
		"cannot be written":       {Attrs: []AttrNode{{"a", Value{Type: Datatype{Class: ClassCompound, Size: 8}, Raw: make([]byte, 8)}}}},
		"dimensions must be >= 0": {Attrs: []AttrNode{{"a", Value{Type: short.Type, Shape: []int{-1}}}}},
	} {
		assert.ErrorContains(t, Write(io.Discard, root), want)
	}
}

// failAfter refuses writes after n bytes.
type failAfter struct{ n int }

func (f *failAfter) Write(p []byte) (int, error) {
	if len(p) > f.n {
		return 0, errors.New("disk full")
	}
	f.n -= len(p)
	return len(p), nil
}

func TestWriteReportsWriteErrors(t *testing.T) {
	tree, err := openFile(t, "many_earliest.h5").Root().Tree()
	require.NoError(t, err)
	for n := 0; n < 150_000; n += 30_000 {
		assert.ErrorContains(t, Write(&failAfter{n}, tree), "disk full")
	}
}
