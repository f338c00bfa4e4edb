package main

import (
	"hash/fnv"
	"math/rand/v2"
)

// kind is a way to damage a file.
type kind struct {
	name   string
	weight int // how often, among the kinds
	mutator
}

var ofHDF5 = []kind{
	{"truncate", 1, truncate}, {"bits", 2, flipBits}, {"bytes", 2, setBytes}, {"word", 3, setWord}, {"block", 2, moveBlock},
	{"address", 4, setAddress}, {"structure", 4, setStructure}, {"config", 5, setConfigInPlace}, {"config alone", 5, configAlone},
}

var ofArchive = []kind{
	{"truncate", 1, truncate}, {"bits", 1, flipBits}, {"bytes", 1, setBytes}, {"word", 2, setWord}, {"block", 1, moveBlock},
	{"zip header", 3, setZipHeader}, {"members", 2, setMembers}, {"deflate", 1, deflate},
	{"config", 5, inMember("config.json", setJSON)}, {"config alone", 5, configAlone}, {"config bytes", 1, inMember("config.json", setBytes)}, {"metadata", 1, inMember("metadata.json", setJSON)},
	{"weights words", 2, inMember("model.weights.h5", setWord)}, {"weights addresses", 3, inMember("model.weights.h5", setAddress)},
	{"weights structures", 3, inMember("model.weights.h5", setStructure)}, {"weights cut", 1, inMember("model.weights.h5", truncate)},
}

// mutant makes mutant number k of a file, and says how.
func mutant(seed uint64, name string, data []byte, k int) (kindName string, out []byte) {
	h := fnv.New64a()
	h.Write([]byte(name))
	r := rand.New(rand.NewPCG(seed^h.Sum64(), uint64(k)))
	kinds := ofArchive
	if isHDF5(data) {
		kinds = ofHDF5
	}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	for {
		n := r.IntN(total)
		for _, k := range kinds {
			if n -= k.weight; n >= 0 {
				continue
			}
			if out := k.mutator(r, data); out != nil {
				if isHDF5(data) && len(out) == len(data) && r.IntN(4) > 0 {
					reseal(out, seals(data))
				}
				return k.name, out
			}
			break
		}
	}
}
