package layers

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// WantInputs checks how many tensors a layer was called on.
func WantInputs(in int, least, most int) error {
	if in >= least && (most < 0 || in <= most) {
		return nil
	}
	want := fmt.Sprint(least)
	switch {
	case most < 0:
		want = fmt.Sprintf("at least %d", least)
	case most != least:
		want = fmt.Sprintf("%d to %d", least, most)
	}
	return &runtime.ShapeError{What: "inputs", Wanted: want, Received: fmt.Sprint(in)}
}

// WantRank checks the rank of an input, batch axis included.
func WantRank(s runtime.Shape, least, most int) error {
	if len(s) >= least && (most < 0 || len(s) <= most) {
		return nil
	}
	want := fmt.Sprintf("rank %d", least)
	switch {
	case most < 0:
		want = fmt.Sprintf("rank %d or more", least)
	case most != least:
		want = fmt.Sprintf("rank %d to %d", least, most)
	}
	return &runtime.ShapeError{What: "input", Wanted: want, Received: s.String()}
}

// WantKnown returns the size of an axis that weights depend on.
func WantKnown(s runtime.Shape, axis int) (int, error) {
	a, err := s.Axis(axis)
	if err != nil {
		return 0, err
	}
	if s[a] < 0 {
		return 0, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("a known size on axis %d", axis), Received: s.String()}
	}
	return s[a], nil
}

// SortedAxes resolves axes and puts them in order, as Keras does before it gives
// weights their shape.
func SortedAxes(s runtime.Shape, axes []int) ([]int, error) {
	out := make([]int, len(axes))
	for i, a := range axes {
		r, err := s.Axis(a)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// SizesOf returns the sizes of the axes, which must be known.
func SizesOf(s runtime.Shape, axes []int) (runtime.Shape, error) {
	sorted, err := SortedAxes(s, axes)
	if err != nil {
		return nil, err
	}
	shape := make(runtime.Shape, len(sorted))
	for i, a := range sorted {
		if shape[i], err = WantKnown(s, a); err != nil {
			return nil, err
		}
	}
	return shape, nil
}

// OtherAxes lists the axes of a tensor but for the given ones.
func OtherAxes(rank int, but ...int) []int {
	axes := []int{}
	for a := range rank {
		other := true
		for _, k := range but {
			other = other && a != k
		}
		if other {
			axes = append(axes, a)
		}
	}
	return axes
}
