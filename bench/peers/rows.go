package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/npz"
)

// An array is what one input takes, float32 or int32, the batch its first axis.
type array struct {
	floats []float32
	ints   []int32 // in place of floats
	shape  []int
}

// rows reads the first batch rows of every input of a file, and their answers.
func rows(path string, batch int) (inputs []array, want []float32, err error) {
	file, err := npz.ReadFile(path, npz.Limits{})
	if err != nil {
		return nil, nil, err
	}
	for i := 0; file.Get("input_"+strconv.Itoa(i)) != nil; i++ {
		in, err := first(file.Get("input_"+strconv.Itoa(i)), batch)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: input_%d: %w", path, i, err)
		}
		inputs = append(inputs, in)
	}
	answers := file.Get("output_0")
	if len(inputs) == 0 || answers == nil {
		return nil, nil, fmt.Errorf("%s: wanted input_0 and output_0, received %d inputs", path, len(inputs))
	}
	out, err := first(answers, batch)
	return inputs, out.floats, err
}

// first is the first batch rows of an array, from the start again where it has fewer.
func first(a *npz.Array, batch int) (array, error) {
	if len(a.Shape) == 0 || a.Shape[0] == 0 {
		return array{}, fmt.Errorf("wanted rows, received shape %v", a.Shape)
	}
	shape := append([]int{batch}, a.Shape[1:]...)
	switch data := a.Data.(type) {
	case []float32:
		return array{floats: repeated(data, len(data)/a.Shape[0]*batch), shape: shape}, nil
	case []int32:
		return array{ints: repeated(data, len(data)/a.Shape[0]*batch), shape: shape}, nil
	}
	return array{}, fmt.Errorf("wanted float32 or int32, received %T", a.Data)
}

// repeated is n elements, those of s over and over.
func repeated[T any](s []T, n int) []T {
	return slices.Repeat(s, (n+len(s)-1)/max(1, len(s)))[:n]
}
