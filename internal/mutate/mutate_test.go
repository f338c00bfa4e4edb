package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/trial"
)

const (
	archive = "../../testdata/models/seed/seed_k3.keras"
	legacy  = "../../testdata/models/seed/seed_k2.h5"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// A run can be repeated: a mutant depends on its number, not on those before it,
// and the file it is made of stays as it is.
func TestMutantsRepeat(t *testing.T) {
	for _, path := range []string{archive, legacy} {
		data, pristine := read(t, path), read(t, path)
		different, kinds := map[string]bool{}, map[string]bool{}
		for k := range 300 {
			kind, m := mutant(1, path, data, k)
			again, same := mutant(1, path, data, k)
			require.Equal(t, kind, again)
			require.Equal(t, m, same)
			kinds[kind], different[string(m)] = true, true
		}
		assert.Equal(t, pristine, data)
		assert.Greater(t, len(different), 280)
		wanted := ofHDF5
		if path == archive {
			wanted = ofArchive
		}
		for _, k := range wanted {
			assert.True(t, kinds[k.name], "%s: no mutant of kind %s", path, k.name)
		}
	}
}

// A changed configuration is still one, so that mutants reach the layers: some
// load, and archives that are packed again have sums that fit.
func TestMutantsReachTheLayers(t *testing.T) {
	for _, path := range []string{archive, legacy} {
		data, ends := read(t, path), map[string]int{}
		for k := range 400 {
			kind, m := mutant(1, path, data, k)
			if kind == "config" {
				r := trial.File(m)
				ends[r.Stage+trial.Kind(r.Err)]++
			}
		}
		assert.Greater(t, ends["done"], 10, "%v", ends)
		assert.Greater(t, ends["loadFormatError"], 5, "%v", ends)
		assert.Greater(t, ends["loadUnsupportedError"], 5, "%v", ends)
	}
}

// Damage in a structure with a checksum gets a sum that fits.
func TestSums(t *testing.T) {
	data := read(t, "../hdf5/testdata/attributes_latest.h5")
	all := seals(data)
	require.NotEmpty(t, all)
	reseal(data, all)
	_, err := hdf5.Open(bytes.NewReader(data), int64(len(data)), hdf5.Limits{})
	require.NoError(t, err)
	s := all[len(all)-1]
	data[s.to-1] ^= 0xff
	assert.NotEqual(t, hdf5.Checksum(data[s.from:s.to]), binary.LittleEndian.Uint32(data[s.to:]))
	reseal(data, all)
	assert.Equal(t, hdf5.Checksum(data[s.from:s.to]), binary.LittleEndian.Uint32(data[s.to:]))
}

// What breaks a rule is counted, kept and makes the run fail.
func TestViolationsAreKept(t *testing.T) {
	c := campaign{keep: t.TempDir(), ends: map[string]int{}, kinds: map[string]int{}}
	require.NoError(t, c.judge("fine", "bits", []byte("x"), trial.Report{Stage: "done"}, ""))
	assert.Zero(t, c.violations)
	require.NoError(t, c.judge("bad", "bits", []byte("bad"), trial.Report{Stage: "load", Panic: "index out of range"}, "panic"))
	assert.Equal(t, 1, c.violations)
	assert.Equal(t, []byte("bad"), read(t, c.keep+"/bad"))
}
