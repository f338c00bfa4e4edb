package hdf5

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// openFile opens a file of testdata from memory.
func openFile(t testing.TB, name string) *File {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	f, err := Open(bytes.NewReader(b), int64(len(b)), Limits{})
	require.NoError(t, err)
	return f
}

// Every file h5py wrote reads back as h5py reads it: testdata/make.py describes
// the lines of the listings.
func TestReadsWhatH5pyReads(t *testing.T) {
	files, err := filepath.Glob("testdata/*.h5")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "refused") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(strings.TrimSuffix(file, ".h5") + ".txt")
			require.NoError(t, err)
			want := strings.Split(strings.TrimSpace(string(text)), "\n")
			l := lister{}
			l.group(openFile(t, name).Root())
			if !strings.HasPrefix(name, "ordered") {
				sort.Strings(want)
				sort.Strings(l.lines)
			}
			assert.Equal(t, want, l.lines)
		})
	}
}

// lister writes the listing of make.py.
type lister struct{ lines []string }

func (l *lister) line(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *lister) group(g *Group) {
	l.line("group %s", g.Path())
	attrs, err := g.Attrs()
	l.attributes(g.Path(), attrs, err)
	links, err := g.Links()
	if err != nil {
		l.line("links of %s: %v", g.Path(), err)
	}
	for _, link := range links {
		p := path.Join(g.Path(), link.Name)
		switch link.Kind {
		case KindSoft:
			l.line("soft %s %s", p, link.Target)
		case KindExternal:
			l.line("external %s", p)
		case KindDatatype:
			l.line("datatype %s", p)
		case KindGroup:
			if child, err := g.Group(link.Name); err != nil {
				l.line("group %s: %v", p, err)
			} else {
				l.group(child)
			}
		case KindDataset:
			if err := l.dataset(g, link.Name, p); err != nil {
				l.line("dataset %s: %v", p, err)
			}
		}
	}
}

func (l *lister) attributes(p string, attrs []*Attr, err error) {
	if err != nil {
		l.line("attributes of %s: %v", p, err)
	}
	for _, a := range attrs {
		word := digest(nil)
		if a.Type.Class == ClassString {
			word, err = texts(a.Strings())
		} else if len(a.Bytes()) > 0 {
			word, err = words(a.Type, a.Bytes(), a.Float64s, a.Int64s)
		}
		if err != nil {
			word = err.Error()
		}
		l.line("attribute %s@%s %s %s", p, a.Name, shapeOf(a.Shape), word)
	}
}

func (l *lister) dataset(g *Group, name, p string) error {
	d, err := g.Dataset(name)
	if err != nil {
		return err
	}
	attrs, err := d.Attrs()
	l.attributes(p, attrs, err)
	var word string
	if d.Type().Class == ClassString {
		word, err = texts(d.ReadStrings())
	} else {
		raw := make([]byte, d.Bytes())
		if err := d.ReadRaw(raw); err != nil {
			return err
		}
		word, err = words(d.Type(), raw, func() ([]float64, error) {
			f32 := make([]float32, d.Len())
			err := d.ReadFloat32(f32)
			f64 := make([]float64, len(f32))
			for i, v := range f32 {
				f64[i] = float64(v)
			}
			return f64, err
		}, func() ([]int64, error) {
			v := make([]int64, d.Len())
			return v, d.ReadInt64(v)
		})
		if d.space.null {
			word = digest(raw)
		}
	}
	l.line("dataset %s %s %s", p, shapeOf(d.Shape()), word)
	return err
}

func words(t Datatype, raw []byte, floats func() ([]float64, error), ints func() ([]int64, error)) (string, error) {
	word := digest(raw)
	if t.Class == ClassOpaque {
		return word, nil
	}
	f64, err := floats()
	if err != nil {
		return "", err
	}
	var b []byte
	for _, v := range f64 {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	word += " " + digest(b)
	if t.Class == ClassFloat {
		return word, nil
	}
	i64, err := ints()
	if err != nil {
		return word, nil // above int64: the listing has no digest either
	}
	b = nil
	for _, v := range i64 {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return word + " " + digest(b), nil
}

func digest(b []byte) string { return fmt.Sprintf("%x", sha1.Sum(b))[:12] }

func shapeOf(shape []int) string {
	return strings.ReplaceAll(fmt.Sprint(shape), " ", ",")
}

func texts(s []string, err error) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err == nil {
		err = e.Encode(s)
	}
	return strings.TrimSpace(b.String()), err
}
