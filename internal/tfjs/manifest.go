package tfjs

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"math/bits"
	"slices"
)

// document is model.json.
type document struct {
	Format   string          `json:"format"`
	By       string          `json:"generatedBy"`
	Topology json.RawMessage `json:"modelTopology"`
	Manifest []group         `json:"weightsManifest"`
}

// group is a list of weights that stand one after the other in the bytes of
// files joined.
type group struct {
	Paths   []string `json:"paths"`
	Weights []spec   `json:"weights"`
}

type spec struct {
	Name         string        `json:"name"`
	Shape        []int         `json:"shape"`
	DType        string        `json:"dtype"`
	Quantization *Quantization `json:"quantization"`
}

// Quantization tells how numbers were made smaller: to whole numbers q that stand
// for Scale q + Min, or to half precision.
type Quantization struct {
	DType string  `json:"dtype"` // uint8, uint16 or float16
	Scale float64 `json:"scale"`
	Min   float64 `json:"min"`
}

// Weight is an array of the manifest.
type Weight struct {
	Name         string
	Shape        []int
	DType        string // what the numbers are once read: float32, int32 or bool
	Quantization *Quantization

	group  int
	offset int64 // in the bytes of the group
	size   int64
}

// stored is the element type in the shards.
func (w *Weight) stored() string {
	if w.Quantization != nil {
		return w.Quantization.DType
	}
	return w.DType
}

// Len returns the number of elements.
func (w *Weight) Len() int { return int(w.size) / sizes[w.stored()] }

// Bytes returns the size of the elements once read.
func (w *Weight) Bytes() int64 { return int64(w.Len()) * int64(sizes[w.DType]) }

var sizes = map[string]int{"float32": 4, "int32": 4, "bool": 1, "uint8": 1, "uint16": 2, "float16": 2}

// list checks the manifest and gives every weight its place.
func (m *Model) list(groups []group) error {
	count := 0
	for i, g := range groups {
		place := fmt.Sprintf("weightsManifest: group %d", i)
		if count += len(g.Paths) + len(g.Weights); count > m.limits.Weights {
			return &LimitError{File: m.file, Limit: "Weights", Max: uint64(m.limits.Weights), Asked: uint64(count)}
		}
		for _, p := range g.Paths {
			if !fs.ValidPath(p) || p == "." {
				return &FormatError{File: m.file, Place: place, What: "path", Wanted: "a file beside it", Received: fmt.Sprintf("%q", p)}
			}
		}
		at := int64(0)
		for _, s := range g.Weights {
			w, err := m.weight(s)
			if err != nil {
				return err
			}
			w.group, w.offset = i, at
			if at += w.size; at < 0 {
				return &FormatError{File: m.file, Place: place, What: "weights", Wanted: "less than 2^63 bytes", Received: "more"}
			}
			m.Weights = append(m.Weights, w)
		}
		m.paths = append(m.paths, g.Paths)
	}
	return nil
}

func (m *Model) weight(s spec) (Weight, error) {
	w := Weight{Name: s.Name, Shape: slices.Clone(s.Shape), DType: s.DType, Quantization: s.Quantization}
	place := fmt.Sprintf("weight %q", s.Name)
	if q := s.Quantization; q != nil {
		if q.DType != "uint8" && q.DType != "uint16" && q.DType != "float16" {
			return w, &UnsupportedError{File: m.file, Place: place, What: fmt.Sprintf("quantization to %q", q.DType)}
		}
		if q.DType == "float16" && s.DType != "float32" {
			return w, &FormatError{File: m.file, Place: place, What: "dtype", Wanted: "float32, with quantization to float16", Received: fmt.Sprintf("%q", s.DType)}
		}
	}
	if s.DType != "float32" && s.DType != "int32" && s.DType != "bool" {
		return w, &UnsupportedError{File: m.file, Place: place, What: fmt.Sprintf("elements of type %q", s.DType)}
	}
	n := uint64(sizes[w.stored()])
	for _, d := range s.Shape {
		over, p := uint64(0), uint64(0)
		if d >= 0 {
			over, p = bits.Mul64(n, uint64(d))
		}
		if d < 0 || over != 0 || p > math.MaxInt64 {
			return w, &FormatError{File: m.file, Place: place, What: "shape", Wanted: "sizes >= 0 whose product fits", Received: fmt.Sprint(s.Shape)}
		}
		n = p
	}
	w.size = int64(n)
	return w, nil
}
