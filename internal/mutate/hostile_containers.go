package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

var containers = []generator{
	{"legacy names", legacyNames},
	{"legacy layers", func(r *rand.Rand) []byte { // each layer a group; the model has as many, or others
		n := size(r, 10_000)
		names := times(n, func(i int) string { return fmt.Sprintf("l%d", i) })
		shift := r.IntN(2) * 7
		config := sequential("top", append([]string{input("1")}, times(n, func(i int) string {
			return layer("Dense", fmt.Sprintf("l%d", (i+shift)%n), `"units": 1`)
		})...)...)
		return legacyFile(config, names, []string{"kernel:0", "bias:0"}, [][]int{{1, 1}, {1}})
	}},
	{"stacked cells", func(r *rand.Rand) []byte { // in one group
		n := size(r, 3000)
		cells := times(n, func(i int) string { return layer("SimpleRNNCell", fmt.Sprintf("c%d", i), `"units": 1`) })
		stacked := layer("StackedRNNCells", "stacked", `"cells": [`+strings.Join(cells, ", ")+"]")
		config := sequential("top", input("3, 1"), layer("RNN", "l0", `"cell": `+stacked))
		var names []string
		for i := range n {
			for _, w := range []string{"kernel", "recurrent_kernel", "bias"} {
				names = append(names, fmt.Sprintf("rnn/c%d/%s:0", n-1-i, w))
			}
		}
		return legacyFile(config, []string{"l0"}, names, [][]int{{1, 1}, {1, 1}, {1}})
	}},
	{"wide groups", func(r *rand.Rand) []byte { // in a .keras file
		n := size(r, 20_000)
		root := &hdf5.GroupNode{}
		for i := range n {
			root.Members = append(root.Members, hdf5.Member{Name: fmt.Sprintf("g%d", i), Group: &hdf5.GroupNode{}})
		}
		return kerasFile(small(), hdf5File(root), nil)
	}},
	{"deep groups", func(r *rand.Rand) []byte {
		root := &hdf5.GroupNode{}
		for range size(r, 64) {
			root = &hdf5.GroupNode{Members: []hdf5.Member{{Name: "layers", Group: root}}}
		}
		return kerasFile(small(), hdf5File(root), nil)
	}},
	{"zip bomb", func(r *rand.Rand) []byte {
		n := int64(size(r, 64<<20))
		return zipFile(func(z *zip.Writer) {
			for _, name := range []string{"metadata.json", "config.json", "model.weights.h5"}[r.IntN(3):] {
				w, _ := z.Create(name)
				_, _ = io.CopyN(w, repeat([]string{" ", "[", "0", "\x00", `{"a":`}[r.IntN(5)]), n)
			}
		})
	}},
	{"zip of many", func(r *rand.Rand) []byte {
		n, each := size(r, 20_000), size(r, 20_000)
		return zipFile(func(z *zip.Writer) {
			for i := range n {
				w, _ := z.Create(fmt.Sprintf("assets/layers/l%d/vocabulary.txt", i))
				_, _ = io.CopyN(w, repeat("a\n"), int64(min(each, 64<<20/n)))
			}
			w, _ := z.Create("config.json")
			_, _ = io.WriteString(w, small())
		})
	}},
	{"vocabulary bomb", func(r *rand.Rand) []byte { // lines of one letter
		look := layer("StringLookup", "look", fmt.Sprintf(`"output_mode": "int", "num_oov_indices": 1, "vocabulary": null, "idx": %d`, r.IntN(2)))
		return kerasFile(sequential("top", input("4"), look), nil, map[string]string{
			"assets/layers/string_lookup/vocabulary.txt": strings.Repeat([]string{"\n", "a\n", "ab"}[r.IntN(3)], size(r, 10_000_000)),
		})
	}},
	{"npz bomb", func(r *rand.Rand) []byte {
		n := size(r, 32<<20)
		inner := zipFile(func(z *zip.Writer) {
			for i := range 1 + size(r, 20) {
				w, _ := z.Create(fmt.Sprintf("layers/dense/vars/%d.npy", i))
				_, _ = w.Write(npyHead([]string{fmt.Sprint(n / 4), large(r)}[r.IntN(2)]))
				_, _ = io.CopyN(w, repeat("\x00"), int64(n)/20)
			}
		})
		return zipFile(func(z *zip.Writer) {
			w, _ := z.Create("config.json")
			_, _ = io.WriteString(w, small())
			w, _ = z.Create("model.weights.npz")
			_, _ = w.Write(inner)
		})
	}},
}

func small() string { return sequential("top", input("4"), layer("Dense", "dense", `"units": 2`)) }

func repeat(s string) io.Reader { return &repeater{s: strings.Repeat(s, 4096/len(s))} }

// repeater reads the same text again and again.
type repeater struct {
	s  string
	at int
}

func (r *repeater) Read(b []byte) (int, error) {
	n := copy(b, r.s[r.at:])
	r.at = (r.at + n) % len(r.s)
	return n, nil
}

// zipFile writes a zip file, with the fastest compression: there is much to
// compress.
func zipFile(fill func(*zip.Writer)) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	fill(z)
	_ = z.Close() // into memory
	return b.Bytes()
}

// npyHead begins a NumPy file of float32 numbers.
func npyHead(shape string) []byte {
	head := "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + ",), }"
	head += strings.Repeat(" ", 63-(len(head)+10)%64) + "\n"
	return []byte("\x93NUMPY\x01\x00" + string([]byte{byte(len(head)), byte(len(head) >> 8)}) + head)
}

func kerasFile(config string, weights []byte, assets map[string]string) []byte {
	return zipFile(func(z *zip.Writer) {
		w, _ := z.Create("config.json")
		_, _ = io.WriteString(w, config)
		for _, name := range slices.Sorted(maps.Keys(assets)) {
			w, _ := z.Create(name)
			_, _ = io.WriteString(w, assets[name])
		}
		if weights != nil {
			w, _ = z.CreateHeader(&zip.FileHeader{Name: "model.weights.h5", Method: zip.Store})
			_, _ = w.Write(weights)
		}
	})
}

func hdf5File(root *hdf5.GroupNode) []byte {
	var b bytes.Buffer
	if err := hdf5.Write(&b, root); err != nil {
		panic(err) // a generator's own mistake
	}
	return b.Bytes()
}

// legacyFile writes a legacy .h5 whose layers each have a group with the arrays
// named.
func legacyFile(config string, layers, names []string, shapes [][]int) []byte {
	root := &hdf5.GroupNode{}
	root.SetAttr("model_config", hdf5.UTF8(config))
	weights := &hdf5.GroupNode{}
	chunked(weights, "layer_names", layers)
	for _, l := range layers {
		g := &hdf5.GroupNode{}
		chunked(g, "weight_names", names)
		for i, n := range names {
			shape := shapes[i%len(shapes)]
			count := 1
			for _, d := range shape {
				count *= d
			}
			put(g, strings.Split(n, "/"), floats(shape, count))
		}
		weights.Members = append(weights.Members, hdf5.Member{Name: l, Group: g})
	}
	root.Members = append(root.Members, hdf5.Member{Name: "model_weights", Group: weights})
	return hdf5File(root)
}

// chunked sets an attribute of names, in parts as Keras does, for none may be
// larger than 64 KiB.
func chunked(g *hdf5.GroupNode, name string, list []string) {
	const each = 1000
	if len(list) <= each {
		g.SetAttr(name, hdf5.FixedList(list))
		return
	}
	for i := 0; i*each < len(list); i++ {
		g.SetAttr(fmt.Sprintf("%s%d", name, i), hdf5.FixedList(list[i*each:min(len(list), (i+1)*each)]))
	}
}

func floats(shape []int, n int) *hdf5.DatasetNode {
	kind := hdf5.Datatype{Class: hdf5.ClassFloat, Size: 4, Format: "float32"}
	return &hdf5.DatasetNode{Value: hdf5.Value{Type: kind, Shape: shape, Raw: make([]byte, 4*n)}}
}

func put(g *hdf5.GroupNode, path []string, d *hdf5.DatasetNode) {
	for _, p := range path[:len(path)-1] {
		if n := len(g.Members); n > 0 && g.Members[n-1].Name == p {
			g = g.Members[n-1].Group
			continue
		}
		inner := &hdf5.GroupNode{}
		g.Members = append(g.Members, hdf5.Member{Name: p, Group: inner})
		g = inner
	}
	g.Members = append(g.Members, hdf5.Member{Name: path[len(path)-1], Dataset: d})
}

// legacyNames is one layer that says it has many weights.
func legacyNames(r *rand.Rand) []byte {
	n := size(r, 20_000)
	one := r.IntN(2) == 0
	names := times(n, func(i int) string {
		if one {
			return "kernel:0" // again and again
		}
		return fmt.Sprintf("w%d", i)
	})
	root := &hdf5.GroupNode{}
	root.SetAttr("model_config", hdf5.UTF8(small()))
	g := &hdf5.GroupNode{}
	chunked(g, "weight_names", names)
	g.Members = []hdf5.Member{{Name: names[0], Dataset: floats([]int{1}, 1)}}
	weights := &hdf5.GroupNode{Members: []hdf5.Member{{Name: "dense", Group: g}}}
	chunked(weights, "layer_names", times(size(r, 5000), func(int) string { return "dense" }))
	root.Members = []hdf5.Member{{Name: "model_weights", Group: weights}}
	return hdf5File(root)
}
