package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// smallLimits keep what one mutant may cost low.
func smallLimits() Limits {
	return Limits{Objects: 5000, DatasetBytes: 4 << 20, AttributeBytes: 4 << 20, Ratio: 100, RatioFloor: 1 << 20}
}

// walkAll asks for everything a file holds, each object once, and returns the
// errors met.
func walkAll(r io.ReaderAt, size int64, lim Limits) (errs []error) {
	f, err := Open(r, size, lim)
	if err != nil {
		return []error{err}
	}
	w := walker{seen: map[*object]bool{}}
	w.group(f.Root())
	return w.errs
}

type walker struct {
	seen map[*object]bool
	errs []error
}

func (w *walker) note(err error) {
	if err != nil {
		w.errs = append(w.errs, err)
	}
}

func (w *walker) attrs(attrs []*Attr, err error) {
	w.note(err)
	for _, a := range attrs {
		if a.Type.Class == ClassString {
			_, err = a.Strings()
		} else if _, err = a.Int64s(); err != nil {
			_, err = a.Float64s()
		}
		w.note(err)
	}
}

func (w *walker) group(g *Group) {
	if w.seen[g.obj] {
		return
	}
	w.seen[g.obj] = true
	w.attrs(g.Attrs())
	links, err := g.Links()
	w.note(err)
	for _, l := range links {
		switch l.Kind {
		case KindGroup:
			child, err := g.Group(l.Name)
			if w.note(err); err == nil {
				w.group(child)
			}
		case KindDataset:
			d, err := g.Dataset(l.Name)
			if w.note(err); err == nil {
				w.dataset(d)
			}
		case KindSoft:
			_, err := g.Has(l.Name)
			w.note(err)
			_, err = g.Dataset(path.Join(g.path, l.Name))
			w.note(err)
		}
	}
}

func (w *walker) dataset(d *Dataset) {
	if w.seen[d.obj] {
		return
	}
	w.seen[d.obj] = true
	w.attrs(d.Attrs())
	if d.Type().Class == ClassString {
		_, err := d.ReadStrings()
		w.note(err)
		return
	}
	w.note(d.ReadRaw(make([]byte, d.Bytes())))
	w.note(d.ReadFloat32(make([]float32, d.Len())))
	w.note(d.ReadInt64(make([]int64, d.Len())))
}

func seeds(t testing.TB) map[string][]byte {
	files, err := filepath.Glob("testdata/*.h5")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out := map[string][]byte{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		out[filepath.Base(file)] = b
	}
	return out
}

// Whatever the bytes, reading all of a file ends, without a panic, and every
// failure is one of the package's errors.
func FuzzOpen(f *testing.F) {
	for _, b := range seeds(f) {
		if len(b) < 64<<10 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, err := range walkAll(bytes.NewReader(b), int64(len(b)), smallLimits()) {
			checkError(t, err)
		}
	})
}

func checkError(t testing.TB, err error) {
	t.Helper()
	var (
		format  *FormatError
		feature *UnsupportedError
		limit   *LimitError
		missing *NotFoundError
	)
	if !errors.As(err, &format) && !errors.As(err, &feature) && !errors.As(err, &limit) && !errors.As(err, &missing) {
		t.Errorf("an error of no known type: %T %v", err, err)
	}
}

// Any number of goroutines may read one file.
func TestConcurrentReads(t *testing.T) {
	for _, name := range []string{"keras_like.h5", "ordered_latest.h5", "chunks_latest.h5"} {
		f := openFile(t, name)
		var want lister
		want.group(openFile(t, name).Root())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var got lister
				got.group(f.Root())
				assert.Equal(t, want.lines, got.lines)
			})
		}
		wg.Wait()
	}
}

// failingReader fails from its n-th read on.
type failingReader struct {
	io.ReaderAt
	left int
}

var errDisk = errors.New("disk on fire")

func (r *failingReader) ReadAt(p []byte, off int64) (int, error) {
	if r.left--; r.left < 0 {
		return 0, errDisk
	}
	return r.ReaderAt.ReadAt(p, off)
}

// A read that fails, whichever it is, surfaces as an error.
func TestReadErrorsSurface(t *testing.T) {
	for _, name := range []string{"keras_like.h5", "types_latest.h5", "attributes_latest.h5", "chunks_earliest.h5", "chunks_latest.h5", "ordered_latest.h5"} {
		t.Run(name, func(t *testing.T) {
			b := seeds(t)[name]
			whole := &failingReader{bytes.NewReader(b), 1 << 30}
			before := len(walkAll(whole, int64(len(b)), Limits{}))
			reads := 1<<30 - whole.left
			require.Greater(t, reads, 10)
			for n := 0; n < reads; n += max(reads/100, 1) {
				errs := walkAll(&failingReader{bytes.NewReader(b), n}, int64(len(b)), Limits{})
				failed := false
				for _, err := range errs {
					failed = failed || errors.Is(err, errDisk)
				}
				assert.True(t, failed, "read %d of %d (%d errors without)", n, reads, before)
			}
		})
	}
}

// A file cut short anywhere is an error, never a shorter answer.
func TestTruncatedFiles(t *testing.T) {
	for _, name := range []string{"keras_like.h5", "types_latest.h5"} {
		b := seeds(t)[name]
		for n := 0; n < len(b); n += 97 {
			_, err := Open(bytes.NewReader(b[:n]), int64(n), Limits{})
			require.Error(t, err, "%s cut to %d bytes", name, n)
			checkError(t, err)
			// the caller's size is wrong: the reads say so
			errs := walkAll(bytes.NewReader(b[:n]), int64(len(b)), Limits{})
			require.NotEmpty(t, errs, "%s cut to %d bytes", name, n)
		}
	}
}

// Files damaged at every place that matters: a bit, a byte, a word.
func TestDamagedFiles(t *testing.T) {
	for name, b := range seeds(t) {
		if len(b) > 20<<10 {
			continue
		}
		m := append([]byte(nil), b...)
		for at := 0; at < len(m); at += 29 {
			old := m[at]
			for _, v := range []byte{old ^ 1<<(at%7), 0xff, 0} {
				m[at] = v
				for _, err := range walkAll(bytes.NewReader(m), int64(len(m)), smallLimits()) {
					checkError(t, err)
				}
			}
			if m[at] = old; t.Failed() {
				t.Fatalf("%s damaged at %d", name, at)
			}
		}
	}
}

// Damage under a checksum that fits: what an attacker writes, and what bit
// flips seldom reach.
func TestDamagedHeadersWithSums(t *testing.T) {
	for _, name := range []string{"attributes_latest.h5", "links_latest.h5", "refused_virtual.h5", "types_latest.h5"} {
		b := seeds(t)[name]
		for start, end := range headers(b) {
			stride := 1 + len(b)/3000 // all of small files
			for at := start + 6; at < end; at += stride {
				old := b[at]
				for _, v := range []byte{old ^ 1<<(at%7), 0xff, 0, 2} {
					b[at] = v
					binary.LittleEndian.PutUint32(b[end:], lookup3(b[start:end]))
					for _, err := range walkAll(bytes.NewReader(b), int64(len(b)), smallLimits()) {
						checkError(t, err)
					}
				}
				b[at] = old
			}
			binary.LittleEndian.PutUint32(b[end:], lookup3(b[start:end]))
			if t.Failed() {
				t.Fatalf("%s, header at %d", name, start)
			}
		}
	}
}

// headers finds the version 2 object headers of a file: start, and where the
// sum is.
func headers(b []byte) map[int]int {
	out := map[int]int{}
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("OHDR"))
		if i < 0 {
			return out
		}
		at += i
		flags, size := b[at+5], at+6
		if flags&0x20 != 0 {
			size += 16
		}
		if flags&0x10 != 0 {
			size += 4
		}
		n := 0
		for i := range 1 << (flags & 3) {
			n |= int(b[size+i]) << (8 * i)
		}
		out[at] = size + 1<<(flags&3) + n
		at += 4
	}
}

// Every header message of every file, cut short at every byte.
func TestTruncatedMessages(t *testing.T) {
	for name, b := range seeds(t) {
		if name == "refused_cache_image.h5" {
			continue // nothing of it is opened
		}
		f, err := Open(bytes.NewReader(b), int64(len(b)), Limits{})
		require.NoError(t, err)
		w := walker{seen: map[*object]bool{}}
		w.group(f.Root())
		tries := 0
		for _, o := range f.objects {
			if tries > 3000 {
				break // the rest of the file is more of the same
			}
			for i, m := range o.msgs {
				for n := range min(len(m.data.b), 200) {
					tries++
					short := *m.data
					short.b = short.b[:n]
					h := *o.header
					h.msgs = append([]message(nil), o.msgs...)
					h.msgs[i].data = &short
					cut := &object{header: &h}
					f.src.spent.Store(0)
					if _, err := f.readAttrs(cut); err != nil {
						checkError(t, err)
					}
					if o.kind == KindGroup {
						_, err = f.readLinks(cut)
					} else {
						_, err = f.dataset(cut, name)
					}
					if err != nil {
						checkError(t, err)
					}
				}
			}
		}
	}
}
