package hdf5

import "math"

// Limits bounds what a file may make the reader do. A zero field means its
// value in [DefaultLimits].
type Limits struct {
	Objects        int   // object headers read, and links listed, per file
	GroupDepth     int   // groups between the root and an object
	Rank           int   // dimensions of a dataset or attribute
	AttributeBytes int64 // one attribute, its variable-length strings included
	BTreeDepth     int   // levels of any B-tree or block table
	Filters        int   // filters in one dataset's pipeline
	DatasetBytes   int64 // one dataset as its shape and type declare it
	SoftLinks      int   // soft links followed in one look-up

	// A dataset above RatioFloor bytes may declare at most Ratio times the
	// bytes stored for it.
	Ratio      int64
	RatioFloor int64
}

// DefaultLimits returns the limits used for fields left zero: one million
// objects, depth 64, rank 32, attributes of 64 MiB, B-trees of 32 levels, 8
// filters, datasets of 8 GiB that above 256 MiB hold at most 1000 times what is
// stored, 16 soft links.
func DefaultLimits() Limits {
	return Limits{
		Objects:        1 << 20,
		GroupDepth:     64,
		Rank:           32,
		AttributeBytes: 64 << 20,
		BTreeDepth:     32,
		Filters:        8,
		DatasetBytes:   8 << 30,
		SoftLinks:      16,
		Ratio:          1000,
		RatioFloor:     256 << 20,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	pick(&l.Objects, d.Objects)
	pick(&l.GroupDepth, d.GroupDepth)
	pick(&l.Rank, d.Rank)
	pick(&l.AttributeBytes, d.AttributeBytes)
	pick(&l.BTreeDepth, d.BTreeDepth)
	pick(&l.Filters, d.Filters)
	pick(&l.DatasetBytes, d.DatasetBytes)
	pick(&l.SoftLinks, d.SoftLinks)
	pick(&l.Ratio, d.Ratio)
	pick(&l.RatioFloor, d.RatioFloor)
	return l
}

func pick[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// mulSize multiplies sizes and reports whether the product fits an int.
func mulSize(a, b uint64) (uint64, bool) {
	if a != 0 && b > math.MaxInt/a {
		return 0, false
	}
	return a * b, true
}

// tableSize multiplies sizes; a product no file has is one that stays so when a
// few bytes are added.
func tableSize(entries, each uint64) uint64 {
	const tooMuch = math.MaxInt / 2
	if n, ok := mulSize(entries, each); ok {
		return min(n, tooMuch)
	}
	return tooMuch
}
