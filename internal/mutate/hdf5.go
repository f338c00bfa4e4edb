package main

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

var signature = []byte("\x89HDF\r\n\x1a\n")

func isHDF5(b []byte) bool { return bytes.HasPrefix(b, signature) }

// setAddress changes a word that looks like an address or a length within the
// file, mostly to another one that stands in the file: links that lead to the
// wrong object, in circles, or out of the file.
func setAddress(r *rand.Rand, b []byte) []byte {
	if !isHDF5(b) {
		return nil
	}
	var places []int
	for at := 0; at+8 <= len(b); at += 8 {
		if v := binary.LittleEndian.Uint64(b[at:]); v > 0 && v < uint64(len(b)) {
			places = append(places, at)
		}
	}
	if len(places) == 0 {
		return nil
	}
	m := clone(b)
	at := places[r.IntN(len(places))]
	v := binary.LittleEndian.Uint64(b[places[r.IntN(len(places))]:])
	if r.IntN(3) == 0 {
		v = awkward(r, binary.LittleEndian.Uint64(b[at:]), len(b))
	}
	binary.LittleEndian.PutUint64(m[at:], v)
	return m
}

// marks are the signatures of HDF5's structures.
var marks = [][]byte{[]byte("TREE"), []byte("SNOD"), []byte("HEAP"), []byte("GCOL"), []byte("OHDR"), []byte("OCHK"),
	[]byte("FRHP"), []byte("FHDB"), []byte("FHIB"), []byte("BTHD"), []byte("BTLF"), []byte("BTIN"), signature}

// setStructure changes what stands near the head of a structure.
func setStructure(r *rand.Rand, b []byte) []byte {
	if !isHDF5(b) {
		return nil
	}
	var places []int
	for _, mark := range marks {
		for at := 0; ; at += len(mark) {
			i := bytes.Index(b[at:], mark)
			if i < 0 {
				break
			}
			at += i
			places = append(places, at)
		}
	}
	if len(places) == 0 {
		return nil
	}
	m := clone(b)
	start := places[r.IntN(len(places))]
	for range 1 + r.IntN(3) {
		size := []int{1, 1, 2, 4, 8}[r.IntN(5)]
		at := start + 4 + r.IntN(96)
		if at+size <= len(m) {
			putWord(m[at:at+size], awkward(r, word(m[at:at+size]), len(b)))
		}
	}
	return m
}

// summed are those of the structures that carry checksums.
var summed = [][]byte{[]byte("OHDR"), []byte("OCHK"), []byte("FRHP"), []byte("FHDB"), []byte("FHIB"), []byte("BTHD"), []byte("BTLF"), []byte("BTIN"), signature}

// sealed is a piece of a file with its checksum behind it.
type sealed struct{ from, to int }

// maxSealed bounds the search for the end of a structure.
const maxSealed = 2048

// seals finds the structures of an intact file that carry a checksum: from each
// signature on, the length at which the sum fits.
func seals(b []byte) []sealed {
	var out []sealed
	if !isHDF5(b) {
		return nil
	}
	for _, mark := range summed {
		if len(mark) == len(signature) && b[len(mark)] < 2 { // old superblocks have none
			continue
		}
		for at := 0; ; at += len(mark) {
			i := bytes.Index(b[at:], mark)
			if i < 0 {
				break
			}
			at += i
			for to := at + 8; to+4 <= min(len(b), at+maxSealed); to++ {
				if hdf5.Checksum(b[at:to]) == binary.LittleEndian.Uint32(b[to:]) {
					out = append(out, sealed{at, to})
					break
				}
			}
		}
	}
	return out
}

// reseal repairs the sums of a mutant in which nothing moved.
func reseal(b []byte, all []sealed) {
	for _, s := range all {
		if s.to+4 <= len(b) {
			binary.LittleEndian.PutUint32(b[s.to:], hdf5.Checksum(b[s.from:s.to]))
		}
	}
}
