package runtime

import (
	"github.com/dchest/siphash"
	farm "github.com/dgryski/go-farm"
)

// Hash is a hash of strings that is the same on every machine: FarmHash's
// Fingerprint64, or SipHash-2-4 with a key.
type Hash struct {
	Keyed bool
	Key   [2]uint64
}

// Of returns the hash of a string.
func (h Hash) Of(s []byte) uint64 {
	if h.Keyed {
		return siphash.Hash(h.Key[0], h.Key[1], s)
	}
	return farm.Fingerprint64(s)
}

// joinHashes makes one hash of two, as TensorFlow's FingerprintCat64 does.
func joinHashes(a, b uint64) uint64 {
	const mul = 0xc6a4a7935bd1e995
	mix := func(v uint64) uint64 { return v ^ v>>47 }
	h := (a ^ mul ^ mix(b*mul)*mul) * mul
	return mix(mix(h) * mul)
}
