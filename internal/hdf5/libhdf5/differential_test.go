//go:build libhdf5

package libhdf5

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// containers are the HDF5 files of the project: as they are, and inside the
// archives of Keras 3.
func containers(t *testing.T) map[string][]byte {
	out := map[string][]byte{}
	for _, root := range []string{"../../../testdata/models", "../testdata"} {
		err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
			switch {
			case err != nil || e.IsDir():
				return err
			case strings.HasSuffix(p, ".h5"):
				out[p], err = os.ReadFile(p)
				return err
			case strings.HasSuffix(p, ".keras"):
				return unzip(p, out)
			}
			return nil
		})
		require.NoError(t, err)
	}
	require.NotEmpty(t, out)
	return out
}

func unzip(p string, out map[string][]byte) error {
	z, err := zip.OpenReader(p)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".h5") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		if out[p+"/"+f.Name], err = io.ReadAll(r); err != nil {
			return err
		}
	}
	return nil
}

// strangers are files the two do not read alike, and why.
func strangers(name string) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, "refused_") || strings.HasPrefix(base, "links_") || // no trees
		base == "old_messages.h5" || // its committed datatype is not in a tree
		strings.HasPrefix(base, "chunks_") || // lzf is h5py's own
		strings.Contains(base, "_latest") || strings.Contains(base, "_v112") // newer than the oldest library supported
}

func readGo(t *testing.T, b []byte) *hdf5.GroupNode {
	f, err := hdf5.Open(bytes.NewReader(b), int64(len(b)), hdf5.Limits{})
	require.NoError(t, err)
	tree, err := f.Root().Tree()
	require.NoError(t, err)
	return sorted(tree)
}

func readC(t *testing.T, path string) *hdf5.GroupNode {
	tree, err := Read(path, hdf5.Limits{})
	require.NoError(t, err)
	return sorted(tree)
}

// sorted puts attributes and members in the order of their names, and takes
// away differences that mean nothing.
func sorted(g *hdf5.GroupNode) *hdf5.GroupNode {
	g.Attrs = sortedAttrs(g.Attrs)
	slices.SortFunc(g.Members, func(a, b hdf5.Member) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range g.Members {
		if m.Group != nil {
			sorted(m.Group)
		} else {
			m.Dataset.Attrs = sortedAttrs(m.Dataset.Attrs)
			m.Dataset.Value = plain(m.Dataset.Value)
		}
	}
	return g
}

func sortedAttrs(attrs []hdf5.AttrNode) []hdf5.AttrNode {
	slices.SortFunc(attrs, func(a, b hdf5.AttrNode) int { return strings.Compare(a.Name, b.Name) })
	for i := range attrs {
		attrs[i].Value = plain(attrs[i].Value)
	}
	return attrs
}

func plain(v hdf5.Value) hdf5.Value {
	if len(v.Raw) == 0 {
		v.Raw = nil
	}
	if len(v.Strings) == 0 {
		v.Strings = nil
	}
	return v
}

// Both read the same from every file, and each reads what the other writes.
func TestAgainstEachOther(t *testing.T) {
	version, err := Version()
	require.NoError(t, err)
	t.Logf("libhdf5 %s", version)
	dir := t.TempDir()
	for name, b := range containers(t) {
		if strangers(name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "file.h5")
			require.NoError(t, os.WriteFile(path, b, 0o644))
			want := readGo(t, b)
			got := readC(t, path)
			require.Equal(t, want, got)

			f, err := os.Create(path)
			require.NoError(t, err)
			require.NoError(t, hdf5.Write(f, want))
			require.NoError(t, f.Close())
			assert.Equal(t, want, readC(t, path), "written in Go, read by libhdf5")

			require.NoError(t, Write(path, want))
			b, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, want, readGo(t, b), "written by libhdf5, read in Go")
		})
	}
}

// What leads out of a file, or cannot be copied, is refused by both.
func TestRefused(t *testing.T) {
	for _, name := range []string{"external_data", "external_link", "compound", "reference", "variable"} {
		_, err := Read("../testdata/refused_"+name+".h5", hdf5.Limits{})
		var refused *hdf5.UnsupportedError
		assert.ErrorAs(t, err, &refused, name)
	}
	_, err := Read("../testdata/keras_like.h5", hdf5.Limits{Objects: 3})
	assert.ErrorContains(t, err, "more objects than the limit")
	_, err = Read("../testdata/keras_like.h5", hdf5.Limits{DatasetBytes: 10})
	assert.ErrorContains(t, err, "more bytes than the limit")
	_, err = Read("nothing.h5", hdf5.Limits{})
	assert.Error(t, err)
}

func TestConcurrentReads(t *testing.T) {
	want := readC(t, "../testdata/keras_like.h5")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				got, err := Read("../testdata/keras_like.h5", hdf5.Limits{})
				if assert.NoError(t, err) {
					assert.Equal(t, want, sorted(got))
				}
			}
		})
	}
	wg.Wait()
}
