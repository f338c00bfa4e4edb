package main

import (
	"encoding/binary"
	"math/rand/v2"
)

// A mutator makes one mutant of data, which it must not change. It returns nil
// when it does not apply.
type mutator func(r *rand.Rand, data []byte) []byte

func clone(b []byte) []byte { return append([]byte(nil), b...) }

func truncate(r *rand.Rand, b []byte) []byte { return clone(b[:r.IntN(len(b))]) }

func flipBits(r *rand.Rand, b []byte) []byte {
	m := clone(b)
	for range 1 + r.IntN(4) {
		m[r.IntN(len(m))] ^= 1 << r.IntN(8)
	}
	return m
}

func setBytes(r *rand.Rand, b []byte) []byte {
	m := clone(b)
	for range 1 + r.IntN(4) {
		m[r.IntN(len(m))] = byte([]int{0, 1, 0x7f, 0x80, 0xff, r.IntN(256)}[r.IntN(6)])
	}
	return m
}

// setWord writes a number that readers trip over where one may stand.
func setWord(r *rand.Rand, b []byte) []byte {
	size := []int{2, 4, 8}[r.IntN(3)]
	if len(b) < size {
		return nil
	}
	m := clone(b)
	at := r.IntN(len(m)-size+1) &^ (size - 1)
	putWord(m[at:at+size], awkward(r, word(m[at:at+size]), len(b)))
	return m
}

// awkward is a number near a boundary, or near what stood there.
func awkward(r *rand.Rand, old uint64, size int) uint64 {
	n := uint64(size)
	choices := []uint64{0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32, 1<<63 - 1, 1 << 63, ^uint64(0),
		n, n - 1, n + 1, n - 8, old + 1, old - 1, old * 2, old / 2, -old, old + 8, r.Uint64() % n, r.Uint64()}
	return choices[r.IntN(len(choices))]
}

func word(b []byte) uint64 {
	var full [8]byte
	copy(full[:], b)
	return binary.LittleEndian.Uint64(full[:])
}

func putWord(b []byte, v uint64) {
	var full [8]byte
	binary.LittleEndian.PutUint64(full[:], v)
	copy(b, full[:])
}

// moveBlock copies, clears, removes or repeats a piece of the file.
func moveBlock(r *rand.Rand, b []byte) []byte {
	n := 1 << r.IntN(11)
	if len(b) < 2*n {
		return nil
	}
	from, to := r.IntN(len(b)-n), r.IntN(len(b)-n)
	switch r.IntN(4) {
	case 0:
		m := clone(b)
		copy(m[to:to+n], b[from:])
		return m
	case 1:
		m := clone(b)
		clear(m[to : to+n])
		return m
	case 2:
		return append(clone(b[:to]), b[to+n:]...)
	}
	return append(append(clone(b[:to]), b[from:from+n]...), b[to:]...)
}
