package keras

import "github.com/kerasrun/kerasrun/internal/hdf5"

// Limits bounds what a file may make a load do. A zero field means its default,
// which is generous for honest files. Going beyond one is a *LimitError that
// names the field.
type Limits struct {
	FileBytes       int64 // size of the file; default 8 GiB
	ConfigBytes     int64 // size of a configuration; default 64 MiB
	JSONDepth       int   // nesting of a configuration; default 512
	StringBytes     int   // a name in a file; default 64 KiB
	Layers          int   // layers of a model, nested ones included; default 100 000
	Nodes           int   // calls of layers and tensors passed between them; default 1 000 000
	WeightBytes     int64 // all weights together; default 8 GiB
	ActivationBytes int64 // any one thing that a layer computes for a row; default 4 GiB
	ZipMembers      int   // members of an archive; default 10 000
	ZipBytes        int64 // all members of an archive, unpacked; default 16 GiB
	ZipRatio        int64 // unpacked over packed size, looked at above 64 MiB; default 100
	HDF5            HDF5Limits
}

// HDF5Limits bounds the HDF5 container; see Limits.
type HDF5Limits = hdf5.Limits

// DefaultLimits returns the limits used for fields left zero.
func DefaultLimits() Limits {
	return Limits{
		FileBytes: 8 << 30, ConfigBytes: 64 << 20, JSONDepth: 512, StringBytes: 64 << 10,
		Layers: 100_000, Nodes: 1_000_000, WeightBytes: 8 << 30,
		ActivationBytes: 4 << 30,
		ZipMembers:      10_000, ZipBytes: 16 << 30, ZipRatio: 100,
		HDF5: hdf5.DefaultLimits(),
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	or(&l.FileBytes, d.FileBytes)
	or(&l.ConfigBytes, d.ConfigBytes)
	or(&l.JSONDepth, d.JSONDepth)
	or(&l.StringBytes, d.StringBytes)
	or(&l.Layers, d.Layers)
	or(&l.Nodes, d.Nodes)
	or(&l.WeightBytes, d.WeightBytes)
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
