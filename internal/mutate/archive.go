package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
)

// member is a file of an archive.
type member struct {
	name string
	data []byte
}

func unzip(b []byte) []member {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil
	}
	var out []member
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil
		}
		out = append(out, member{f.Name, data})
	}
	return out
}

// pack makes an archive, with sums that fit.
func pack(members []member) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
		if err != nil {
			return nil
		}
		if _, err := w.Write(m.data); err != nil {
			return nil
		}
	}
	if z.Close() != nil {
		return nil
	}
	return b.Bytes()
}

// inMember mutates a member of an archive.
func inMember(name string, by mutator) mutator {
	return func(r *rand.Rand, b []byte) []byte {
		members := unzip(b)
		for i, m := range members {
			if m.name == name && len(m.data) > 0 {
				changed := by(r, m.data)
				if changed == nil {
					return nil
				}
				reseal(changed, seals(m.data))
				members[i].data = changed
				return pack(members)
			}
		}
		return nil
	}
}

// setZipHeader changes a field of the headers of an archive.
func setZipHeader(r *rand.Rand, b []byte) []byte {
	var places []int
	for at := 0; at+4 <= len(b); at++ {
		switch string(b[at : at+4]) {
		case "PK\x01\x02", "PK\x05\x06", "PK\x03\x04", "PK\x06\x06", "PK\x06\x07":
			places = append(places, at)
		}
	}
	if len(places) == 0 {
		return nil
	}
	m := clone(b)
	start := places[r.IntN(len(places))]
	size := []int{1, 2, 4}[r.IntN(3)]
	at := start + 4 + r.IntN(44)
	if at+size > len(m) {
		return nil
	}
	putWord(m[at:at+size], awkward(r, word(m[at:at+size]), len(b)))
	return m
}

// setMembers removes, repeats, renames or swaps members.
func setMembers(r *rand.Rand, b []byte) []byte {
	members := unzip(b)
	if len(members) == 0 {
		return nil
	}
	i, k := r.IntN(len(members)), r.IntN(len(members))
	switch r.IntN(5) {
	case 0:
		members = append(members[:i], members[i+1:]...)
	case 1:
		members = append(members, members[i])
	case 2:
		members[i].name = []string{"../" + members[i].name, "/" + members[i].name, members[i].name + "/", "", `..\` + members[i].name, "\xff", "model.weights.npz", "model.weights.json"}[r.IntN(8)]
	case 3:
		members[i].data, members[k].data = members[k].data, members[i].data
	case 4:
		members[i].data = nil
	}
	return pack(members)
}

// deflate packs the archive's members again, compressed, with the declared sizes
// of one changed.
func deflate(r *rand.Rand, b []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range unzip(b) {
		w, err := z.Create(m.name)
		if err != nil {
			return nil
		}
		if _, err := w.Write(m.data); err != nil {
			return nil
		}
	}
	if z.Close() != nil {
		return nil
	}
	m := out.Bytes()
	at := bytes.Index(m, []byte("PK\x01\x02"))
	if at < 0 || r.IntN(3) == 0 {
		return m
	}
	size := m[at+20+4*r.IntN(2):][:4]
	binary.LittleEndian.PutUint32(size, uint32(awkward(r, word(size), len(b))))
	return m
}
