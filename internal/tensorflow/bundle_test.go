package tensorflow

import (
	"encoding/binary"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

const shardName = "layers.data-00000-of-00001"

// files returns a copy of the checkpoint that TensorFlow 2.15 wrote.
func files(t testing.TB) fstest.MapFS {
	out := fstest.MapFS{}
	for _, name := range []string{"layers.index", shardName} {
		data, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

// readAll reads every tensor of a bundle, and its graph.
func readAll(fsys fs.FS, limits Limits) (*Bundle, error) {
	b, err := OpenBundle(fsys, "layers", limits)
	if err != nil {
		return nil, err
	}
	for _, name := range b.Names() {
		if x, _ := b.Tensor(name); x.DType == String {
			_, err = b.Strings(x, 1<<20)
		} else if x.Bytes() < 1<<20 {
			err = b.Read(x, make([]byte, x.Bytes()))
		}
		if err != nil {
			return nil, err
		}
	}
	_, err = b.Graph()
	return b, err
}

func TestBundle(t *testing.T) {
	b, err := readAll(files(t), Limits{})
	require.NoError(t, err)
	x, ok := b.Tensor("layer_with_weights-1/layer/kernel/.ATTRIBUTES/VARIABLE_VALUE")
	require.True(t, ok)
	assert.Equal(t, []int{6, 4}, x.Shape)
	assert.Equal(t, Float32, x.DType)
	data := make([]byte, x.Bytes())
	require.NoError(t, b.Read(x, data))
	for i := range x.Len() { // written as |normal| / 2 + 0.1
		assert.InDelta(t, 1, math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])), 1)
	}

	g, err := b.Graph()
	require.NoError(t, err)
	v, ok := g.Child(g.Root(), "layer-1/forward_layer/cell/kernel")
	require.True(t, ok)
	assert.Equal(t, Value{FullName: "bi/forward_lstm/lstm_cell/kernel", Key: "layer_with_weights-0/forward_layer/cell/kernel/.ATTRIBUTES/VARIABLE_VALUE"}, v.Values["VARIABLE_VALUE"])
	_, ok = g.Child(g.Root(), "root/root/layer-1/nothing")
	assert.False(t, ok)
}

// A changed byte anywhere in the shard is found by the checksum of its tensor.
func TestShardNoticesDamage(t *testing.T) {
	fsys := files(t)
	data := fsys[shardName].Data
	for i := 0; i < len(data); i += 7 {
		data[i] ^= 0x40
		_, err := readAll(fsys, Limits{})
		var broken *FormatError
		require.ErrorAs(t, err, &broken, "byte %d", i)
		assert.Equal(t, shardName, broken.File)
		data[i] ^= 0x40
	}
	fsys[shardName].Data = data[:len(data)/2]
	_, err := readAll(fsys, Limits{})
	assert.ErrorContains(t, err, "end must be within the")
	delete(fsys, shardName)
	_, err = readAll(fsys, Limits{})
	assert.ErrorContains(t, err, shardName+": shard must be beside the index, received no such file")
}

// entry encodes a BundleEntryProto.
func entry(dtype DType, shape []int64, shard, offset, size uint64, crc uint32) []byte {
	var s []byte
	for _, d := range shape {
		dim := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(d))
		s = protowire.AppendBytes(protowire.AppendTag(s, 2, protowire.BytesType), dim)
	}
	out := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(dtype))
	out = protowire.AppendBytes(protowire.AppendTag(out, 2, protowire.BytesType), s)
	for i, v := range []uint64{shard, offset, size} {
		out = protowire.AppendVarint(protowire.AppendTag(out, protowire.Number(3+i), protowire.VarintType), v)
	}
	return protowire.AppendFixed32(protowire.AppendTag(out, 6, protowire.Fixed32Type), crc)
}

// one is a bundle with a header and one entry.
func one(header, value, shard []byte) fstest.MapFS {
	w := &tableWriter{}
	w.block(pair{"", header}, pair{"x", value})
	return fstest.MapFS{"layers.index": {Data: w.finish()}, shardName: {Data: shard}}
}

var oneShard = []byte{8, 1}

func TestBigEndian(t *testing.T) {
	data := []byte{0, 0, 1, 2}
	fsys := one([]byte{8, 1, 16, 1}, entry(Int32, []int64{1}, 0, 0, 4, masked(crc32.Checksum(data, castagnoli))), data)
	b, err := OpenBundle(fsys, "layers", Limits{})
	require.NoError(t, err)
	x, _ := b.Tensor("x")
	got := make([]byte, 4)
	require.NoError(t, b.Read(x, got))
	assert.Equal(t, []byte{2, 1, 0, 0}, got)
}

func TestBundlesThatAreNone(t *testing.T) {
	for want, fsys := range map[string]fstest.MapFS{
		"shard must be below 1, received 3":                         one(oneShard, entry(Float32, []int64{1}, 3, 0, 4, 0), nil),
		"size must be that of float32 [1000000 1000000], received":  one(oneShard, entry(Float32, []int64{1e6, 1e6}, 0, 0, 4, 0), nil),
		"shape must have sizes >= 0, received -1":                   one(oneShard, entry(Float32, []int64{-1}, 0, 0, 4, 0), nil),
		"size must be that of int64 [4294967296 4294967296 2]":      one(oneShard, entry(Int64, []int64{1 << 32, 1 << 32, 2}, 0, 0, 0, 0), nil),
		"offset and size must be >= 0":                              one(oneShard, entry(Float32, []int64{1}, 0, 1<<63, 4, 0), nil),
		"end must be within the 4 bytes of the shard, received 13":  one(oneShard, entry(Float32, []int64{1}, 0, 9, 4, 0), make([]byte, 4)),
		"checksum must be 00000000":                                 one(oneShard, entry(Float32, []int64{1}, 0, 0, 4, 0), make([]byte, 4)),
		"at least a byte for each of 1099511627776 strings":         one(oneShard, entry(String, []int64{1 << 40}, 0, 0, 4, 0), make([]byte, 4)),
		"elements of type dtype 8":                                  one(oneShard, entry(8, []int64{1}, 0, 0, 8, 0), make([]byte, 8)),
		"header: Limits.Shards must be at most 10000":               one([]byte{8, 0xff, 0xff, 0xff, 0x7f}, nil, nil),
		"shards and endianness must be from 1":                      one(nil, nil, nil),
		"is of wire type 3, which no message here has":              one([]byte(strings.Repeat("\x0b", 5000)), nil, nil),
		"a checkpoint without a graph of objects":                   one(oneShard, entry(Float32, []int64{1}, 0, 0, 4, masked(crc32.Checksum(make([]byte, 4), castagnoli))), make([]byte, 4)),
		"first key must be empty, that of the header":               {"layers.index": {Data: func() []byte { w := &tableWriter{}; w.block(pair{"x", nil}); return w.finish() }()}},
		"footer: magic must be db4775248b80fb57, received 6c6c6c6c": {"layers.index": {Data: []byte(strings.Repeat("l", 99))}},
	} {
		_, err := readAll(fsys, Limits{})
		assert.ErrorContains(t, err, want)
		typed(t, err)
	}
}

func TestGraphLimits(t *testing.T) {
	object := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), nil)
	_, err := parseGraph([]byte(strings.Repeat(string(object), 11)), Limits{Entries: 10})
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
	_, err = parseGraph(nil, Limits{Entries: 10})
	assert.ErrorContains(t, err, "must have a root")
	child := []byte{10, 2, 8, 9} // one object whose child is object 9
	_, err = parseGraph(append([]byte{10, byte(len(child))}, child...), Limits{Entries: 10})
	assert.ErrorContains(t, err, "received 9")
}

func FuzzBundle(f *testing.F) {
	fsys := files(f)
	f.Add(fsys["layers.index"].Data, fsys[shardName].Data)
	small := one(oneShard, entry(Float32, []int64{1}, 0, 0, 4, 0), make([]byte, 4))
	f.Add(small["layers.index"].Data, small[shardName].Data)
	f.Fuzz(func(t *testing.T, index, shard []byte) {
		_, err := readAll(fstest.MapFS{"layers.index": {Data: index}, shardName: {Data: shard}}, Limits{Entries: 1000, TableBytes: 1 << 20})
		typed(t, err)
	})
}

// Blocks have checksums, so the messages inside have a target of their own.
func FuzzMessages(f *testing.F) {
	f.Add(oneShard, entry(Float32, []int64{1}, 0, 0, 4, 0), []byte{10, 0})
	b, err := OpenBundle(files(f), "layers", Limits{})
	require.NoError(f, err)
	x, _ := b.Tensor(graphKey)
	text, err := b.Strings(x, 1<<20)
	require.NoError(f, err)
	f.Add(oneShard, entry(String, nil, 0, 0, 4, 0), []byte(text[0]))
	f.Fuzz(func(t *testing.T, header, value, graph []byte) {
		_, err := readAll(one(header, value, graph), Limits{Entries: 1000})
		typed(t, err)
		_, _ = parseGraph(graph, Limits{Entries: 1000})
		m := &SavedModel{}
		budget := 1000
		_ = m.parseMetadata(graph, &budget, Limits{Entries: 1000})
		_ = m.parseSavedModel(graph, &budget, Limits{Entries: 1000})
	})
}
