package tensorflow

// Limits bounds what a file may make a reader do. A zero field means its default.
type Limits struct {
	TableBytes int64 // size of an .index, packed and unpacked; default 64 MiB
	ProtoBytes int64 // size of a protocol buffer; default 256 MiB
	Entries    int   // tensors of a bundle, objects of a graph, links between them; default 1 000 000
	Shards     int   // files of tensors; default 10 000
}

// DefaultLimits returns the limits used for fields left zero.
func DefaultLimits() Limits {
	return Limits{TableBytes: 64 << 20, ProtoBytes: 256 << 20, Entries: 1_000_000, Shards: 10_000}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.TableBytes == 0 {
		l.TableBytes = d.TableBytes
	}
	if l.ProtoBytes == 0 {
		l.ProtoBytes = d.ProtoBytes
	}
	if l.Entries == 0 {
		l.Entries = d.Entries
	}
	if l.Shards == 0 {
		l.Shards = d.Shards
	}
	return l
}
