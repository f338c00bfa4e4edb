package keras

import (
	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/runtime"
)

// Limits bounds what a file may make a load do. A zero field means its default,
// which is generous for honest files. Going beyond one is a *LimitError that
// names the field.
type Limits struct {
	FileBytes       int64 // size of the file; default 8 GiB
	ConfigBytes     int64 // size of a configuration; default 64 MiB
	JSONDepth       int   // nesting of a configuration; default 512
	JSONRatio       int64 // memory of a configuration's values over that of its text, looked at above 16 MiB; default 8
	StringBytes     int   // a name in a file; default 64 KiB
	Layers          int   // layers of a model, nested ones included; default 100 000
	Nodes           int   // calls of layers and tensors passed between them; default 1 000 000
	WeightBytes     int64 // all weights together; default 8 GiB
	LoadBytes       int64 // memory that a load takes for configurations, names, assets and weights together; default runtime.DefaultMemory
	ActivationBytes int64 // any one thing that a layer computes for a row; default 4 GiB
	ZipMembers      int   // members of an archive; default 10 000
	ZipBytes        int64 // all members of an archive, unpacked; default 16 GiB
	ZipRatio        int64 // unpacked over packed size, of a member and of the archive, looked at above 64 MiB; default 100
	HDF5            HDF5Limits
}

// HDF5Limits bounds what an HDF5 file may make the reader do; see Limits. A zero
// field means its default.
type HDF5Limits struct {
	Objects        int   // object headers read, and links listed, in one file; default 1 048 576
	GroupDepth     int   // groups between the root and an object; default 64
	Rank           int   // dimensions of a dataset or attribute; default 32
	AttributeBytes int64 // one attribute, its variable-length strings included; default 64 MiB
	BTreeDepth     int   // levels of any B-tree or block table; default 32
	Filters        int   // filters in one dataset's pipeline; default 8
	DatasetBytes   int64 // one dataset as its shape and type declare it; default 8 GiB
	SoftLinks      int   // soft links followed in one look-up; default 16

	// A dataset above RatioFloor bytes (default 256 MiB) may declare at most Ratio
	// (default 1000) times the bytes stored for it.
	Ratio      int64
	RatioFloor int64
}

// DefaultLimits returns the limits used for fields left zero.
func DefaultLimits() Limits {
	return Limits{
		FileBytes: 8 << 30, ConfigBytes: 64 << 20, JSONDepth: 512, JSONRatio: pyjson.Ratio, StringBytes: 64 << 10,
		Layers: 100_000, Nodes: 1_000_000, WeightBytes: 8 << 30, LoadBytes: int64(runtime.DefaultMemory()),
		ActivationBytes: 4 << 30,
		ZipMembers:      10_000, ZipBytes: 16 << 30, ZipRatio: 100,
		HDF5: HDF5Limits(hdf5.DefaultLimits()),
	}
}

// ServerLimits returns limits for files that strangers send: a model of some
// megabytes loads, and none takes more than a few hundred.
func ServerLimits() Limits {
	return Limits{
		FileBytes: 128 << 20, ConfigBytes: 8 << 20, JSONDepth: 128, JSONRatio: pyjson.Ratio, StringBytes: 4 << 10,
		Layers: 1500, Nodes: 10_000, WeightBytes: 128 << 20, LoadBytes: 256 << 20,
		ActivationBytes: 64 << 20,
		ZipMembers:      1000, ZipBytes: 256 << 20, ZipRatio: 20,
		HDF5: HDF5Limits{Objects: 100_000, AttributeBytes: 8 << 20, DatasetBytes: 128 << 20, Ratio: 100, RatioFloor: 8 << 20},
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	or(&l.FileBytes, d.FileBytes)
	or(&l.ConfigBytes, d.ConfigBytes)
	or(&l.JSONDepth, d.JSONDepth)
	or(&l.JSONRatio, d.JSONRatio)
	or(&l.StringBytes, d.StringBytes)
	or(&l.Layers, d.Layers)
	or(&l.Nodes, d.Nodes)
	or(&l.WeightBytes, d.WeightBytes)
	or(&l.LoadBytes, d.LoadBytes)
	or(&l.ActivationBytes, d.ActivationBytes)
	or(&l.ZipMembers, d.ZipMembers)
	or(&l.ZipBytes, d.ZipBytes)
	or(&l.ZipRatio, d.ZipRatio)
	return l // the HDF5 reader fills in its own
}

func or[T int | int64](field *T, otherwise T) {
	if *field == 0 {
		*field = otherwise
	}
}

// budget counts the memory that a load takes. All that the load opens shares it.
type budget struct {
	weights, all int64 // bytes so far

	limits *Limits
}

// take counts bytes of weights against the limits before memory is taken.
func (b *budget) take(path string, bytes int64) error {
	if most := b.limits.WeightBytes; bytes < 0 || bytes > most-b.weights {
		return &LimitError{Path: path, Limit: "WeightBytes", Max: uint64(most), Asked: uint64(b.weights) + uint64(bytes)}
	}
	b.weights += bytes
	return b.hold(path, bytes)
}

// hold counts bytes of anything else.
func (b *budget) hold(path string, bytes int64) error {
	if most := b.limits.LoadBytes; bytes < 0 || bytes > most-b.all {
		return &LimitError{Path: path, Limit: "LoadBytes", Max: uint64(most), Asked: uint64(b.all) + uint64(bytes)}
	}
	b.all += bytes
	return nil
}
