package tfjs

// Limits bounds what a file may make a reader do. A zero field means its default.
type Limits struct {
	JSONBytes int64 // size of model.json; default 64 MiB
	Weights   int   // weights and shards; default 100 000
}

// DefaultLimits returns the limits used for fields left zero.
func DefaultLimits() Limits { return Limits{JSONBytes: 64 << 20, Weights: 100_000} }

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	if l.JSONBytes == 0 {
		l.JSONBytes = d.JSONBytes
	}
	if l.Weights == 0 {
		l.Weights = d.Weights
	}
	return l
}
