package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator makes a hostile file from nothing: a configuration, a model file, or
// rows for one. Sizes come from r, most of them large.
type generator struct {
	name string
	make func(r *rand.Rand) []byte
}

var generators = slices.Concat(deepAndWide, hugeNumbers, graphs, containers, rows)

// hostile makes hostile file number k of a seed, and says what kind it is. The
// kinds take turns.
func hostile(seed uint64, k int) (kind string, data []byte) {
	g := generators[k%len(generators)]
	return g.name, g.make(rand.New(rand.NewPCG(seed, uint64(k))))
}

// size is a number between 1 and most, each order of magnitude as likely.
func size(r *rand.Rand, most int) int {
	n := 1
	for n < most && r.IntN(8) > 0 {
		n = n*2 + r.IntN(2)
	}
	return min(n, most)
}

// large is a number that overflows something.
func large(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return fmt.Sprint(1 << (10 + r.IntN(40)))
	}
	numbers := []string{"1000", "65536", "1000003", "16777216", "134217728", "2147483647", "2147483648", "4294967295", "4294967297", "1099511627776",
		"4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551616", "-1", "-9223372036854775808", "1e9", "1e300", "1e-300",
		"0", "0.5", "NaN", "Infinity", "1" + strings.Repeat("0", 400), "null", "true", `"8"`}
	return numbers[r.IntN(len(numbers))]
}

// layer writes a layer of Keras 3; config is what stands in its configuration
// beside the name.
func layer(class, name, config string) string {
	if config != "" {
		config = ", " + config
	}
	return fmt.Sprintf(`{"module": "keras.layers", "class_name": %q, "config": {"name": %q%s}}`, class, name, config)
}

// input writes the layer that begins a model.
func input(shape string) string {
	return layer("InputLayer", "input", `"batch_shape": [null, `+shape+`], "dtype": "float32"`)
}

func sequential(name string, layers ...string) string {
	return layer("Sequential", name, `"layers": [`+strings.Join(layers, ", ")+`]`)
}

// called adds to a layer of Keras 3 that it is called on tensors.
func called(layer string, tensors ...string) string {
	arg := strings.Join(tensors, ", ")
	if len(tensors) != 1 {
		arg = "[" + arg + "]"
	}
	return strings.TrimSuffix(layer, "}") + `, "inbound_nodes": [{"args": [` + arg + `], "kwargs": {}}]}`
}

// tensor is what a layer gave.
func tensor(layer string) string {
	return fmt.Sprintf(`{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32", "keras_history": [%q, 0, 0]}}`, layer)
}

func functional(name, output string, layers ...string) string {
	first := strings.TrimSuffix(input("4"), "}") + `, "inbound_nodes": []}`
	return layer("Functional", name, `"layers": [`+first+", "+strings.Join(layers, ", ")+`], "input_layers": [["input", 0, 0]], "output_layers": [["`+output+`", 0, 0]]`)
}

func times(n int, each func(i int) string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = each(i)
	}
	return out
}
