package tfjs

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// folder is a model.json with this manifest, and its shards.
func folder(manifest string, shards ...string) fstest.MapFS {
	out := fstest.MapFS{"model.json": {Data: []byte(`{"format": "layers-model", "modelTopology": {}, "weightsManifest": ` + manifest + `}`)}}
	for i, s := range shards {
		out[fmt.Sprint("s", i)] = &fstest.MapFile{Data: []byte(s)}
	}
	return out
}

// readAll reads all weights as floats.
func readAll(fsys fstest.MapFS) (map[string][]float32, error) {
	m, err := Open(fsys, "model.json", Limits{Weights: 100})
	if err != nil {
		return nil, err
	}
	out := map[string][]float32{}
	for i := range m.Weights {
		w := &m.Weights[i]
		if err := m.Check(w); err != nil {
			return nil, err
		}
		v := make([]float32, w.Len())
		if err := m.ReadFloat32(w, v); err != nil {
			return nil, err
		}
		out[w.Name] = v
	}
	return out, nil
}

func TestQuantized(t *testing.T) {
	half := string(binary.LittleEndian.AppendUint16(nil, 0x3c00)) + "\x00\xc0\x01\x00\x00\x7c"
	got, err := readAll(folder(`[{"paths": ["s0", "s1"], "weights": [
		{"name": "b", "shape": [3], "dtype": "float32", "quantization": {"dtype": "uint8", "min": -1, "scale": 0.1, "original_dtype": "float32"}},
		{"name": "a", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint16", "min": 0.5, "scale": 2}},
		{"name": "h", "shape": [2, 2], "dtype": "float32", "quantization": {"dtype": "float16"}},
		{"name": "i", "shape": [], "dtype": "int32"}]}]`, "\x00\x0a\xff\x01", "\x00\x00\x01"+half+"\xfe\xff\xff\xff"))
	require.NoError(t, err)
	assert.Equal(t, []float32{-1, 0, 24.5}, got["b"])
	assert.Equal(t, []float32{2.5, 512.5}, got["a"])
	assert.Equal(t, []float32{1, -2, 0x1p-24, float32(math.Inf(1))}, got["h"])
	assert.Equal(t, []float32{-2}, got["i"])
}

func TestFoldersThatAreNone(t *testing.T) {
	weight := func(rest string) string {
		return `[{"paths": ["s0"], "weights": [{"name": "w", "shape": [2], "dtype": "float32"` + rest + `}]}]`
	}
	for want, fsys := range map[string]fstest.MapFS{
		"shards must be with the 8 bytes of it, received 7 of them":  folder(weight(""), "1234567"),
		"s0: shard must be beside model.json, received no such file": folder(weight("")),
		`quantization to "int4"`:                                     folder(weight(`, "quantization": {"dtype": "int4"}`), ""),
		`path must be a file beside it, received "../x"`:             folder(`[{"paths": ["../x"], "weights": []}]`),
		`path must be a file beside it, received "/etc/passwd"`:      folder(`[{"paths": ["/etc/passwd"], "weights": []}]`),
		`elements of type "string"`:                                  folder(`[{"paths": [], "weights": [{"name": "w", "shape": [2], "dtype": "string"}]}]`),
		"shape must be sizes >= 0":                                   folder(`[{"paths": [], "weights": [{"name": "w", "shape": [-2], "dtype": "float32"}]}]`),
		"whose product fits":                                         folder(`[{"paths": [], "weights": [{"name": "w", "shape": [4294967296, 4294967296], "dtype": "float32"}]}]`),
		"received 0 of them":                                         folder(`[{"paths": [], "weights": [{"name": "w", "shape": [1000000000000], "dtype": "float32"}]}]`),
		"Limits.Weights must be at most 100":                         folder(`[{"paths": [` + strings.Repeat(`"s0",`, 200) + `"s0"], "weights": []}]`),
		"a graph model":                                              {"model.json": {Data: []byte(`{"format": "graph-model", "modelTopology": {}}`)}},
		"weights without a modelTopology":                            {"model.json": {Data: []byte(`{"weightsManifest": []}`)}},
		"JSON":                                                       {"model.json": {Data: []byte(`{"modelTopology": `)}},
	} {
		_, err := readAll(fsys)
		assert.ErrorContains(t, err, want)
		typed(t, err)
	}
}

// typed holds an error to be one of this package's.
func typed(t *testing.T, err error) {
	var format *FormatError
	var limit *LimitError
	var no *UnsupportedError
	if err != nil && !errors.As(err, &format) && !errors.As(err, &limit) && !errors.As(err, &no) {
		t.Fatalf("%T %v", err, err)
	}
}

type file struct {
	*bytes.Buffer
	done func([]byte)
}

func (f file) Close() error { f.done(f.Bytes()); return nil }

func TestWrite(t *testing.T) {
	big := make([]byte, ShardBytes+8)
	binary.LittleEndian.PutUint32(big[ShardBytes+4:], math.Float32bits(3))
	fsys := fstest.MapFS{}
	create := func(name string) (io.WriteCloser, error) {
		return file{&bytes.Buffer{}, func(data []byte) { fsys[name] = &fstest.MapFile{Data: data} }}, nil
	}
	err := Write(create, Head{}, json.RawMessage(`{"a": 1}`), []Array{
		{"x", []int{ShardBytes/4 + 2}, "float32", big},
		{"y", nil, "int32", []byte{5, 0, 0, 0}},
	})
	require.NoError(t, err)
	assert.Len(t, fsys["group1-shard1of2.bin"].Data, ShardBytes)
	got, err := readAll(fsys)
	require.NoError(t, err)
	assert.Equal(t, float32(3), got["x"][ShardBytes/4+1])
	assert.Equal(t, []float32{5}, got["y"])
}

func FuzzOpen(f *testing.F) {
	f.Add(`[{"paths": ["s0"], "weights": [{"name": "w", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint8", "min": 0, "scale": 1}}]}]`, "ab")
	f.Add(`[{"paths": ["s0", "s0"], "weights": [{"name": "w", "shape": [1], "dtype": "int32"}]}]`, "ab")
	f.Fuzz(func(t *testing.T, manifest, shard string) {
		_, err := readAll(folder(manifest, shard))
		typed(t, err)
	})
}
