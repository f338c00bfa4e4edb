package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var graphs = []generator{
	{"doubling sums", func(r *rand.Rand) []byte { // each layer takes the last one twice
		class := []string{"Add", "Multiply", "Concatenate", "Average", "Maximum", "Dot"}[r.IntN(6)]
		n := size(r, 5000)
		at := "input"
		return []byte(functional("top", fmt.Sprintf("l%d", n-1), times(n, func(i int) string {
			s := called(layer(class, fmt.Sprintf("l%d", i), `"axes": 1`), tensor(at), tensor(at))
			at = fmt.Sprintf("l%d", i)
			return s
		})...))
	}},
	{"doubling models", func(r *rand.Rand) []byte { // each model calls the last one twice
		s := functional("m", "l", called(layer("Activation", "l", `"activation": "relu"`), tensor("input")))
		for range size(r, 40) {
			twice := strings.TrimSuffix(s, "}") + fmt.Sprintf(`, "inbound_nodes": [{"args": [%s], "kwargs": {}}, {"args": [%s], "kwargs": {}}]}`, tensor("input"), tensor("m"))
			again := strings.Replace(tensor("m"), "0, 0]", "1, 0]", 1)
			s = functional("m", "l", twice, called(layer("Add", "l", ""), tensor("m"), again))
		}
		return []byte(s)
	}},
	{"dense wiring", func(r *rand.Rand) []byte { // each layer takes all before it
		n := size(r, 500)
		before := []string{tensor("input")}
		return []byte(functional("top", fmt.Sprintf("l%d", n-1), times(n, func(i int) string {
			name := fmt.Sprintf("l%d", i)
			s := called(layer([]string{"Add", "Concatenate"}[r.IntN(2)], name, ""), before...)
			before = append(before, tensor(name))
			return s
		})...))
	}},
	{"cycle", func(r *rand.Rand) []byte {
		n := size(r, 2000)
		return []byte(functional("top", fmt.Sprintf("l%d", n-1), times(n, func(i int) string {
			return called(layer("Add", fmt.Sprintf("l%d", i), ""), tensor("input"), tensor(fmt.Sprintf("l%d", r.IntN(n))))
		})...))
	}},
	{"many calls", func(r *rand.Rand) []byte { // of one layer, on its own results
		n := size(r, 20_000)
		var nodes []string
		for i := range n {
			t := tensor("input")
			if i > 0 {
				t = strings.Replace(tensor("l"), "0, 0]", fmt.Sprintf("%d, 0]", i-1), 1)
			}
			nodes = append(nodes, `{"args": [`+t+`], "kwargs": {}}`)
		}
		class := []string{"Dense", "Activation", "BatchNormalization", "LSTM"}[r.IntN(4)]
		l := strings.TrimSuffix(layer(class, "l", `"units": 4, "activation": "tanh"`), "}") + `, "inbound_nodes": [` + strings.Join(nodes, ", ") + "]}"
		return []byte(strings.Replace(functional("top", "l", l), `["l", 0, 0]`, fmt.Sprintf(`["l", %d, 0]`, n-1), 1))
	}},
	{"last layer first", func(r *rand.Rand) []byte { // so that a pass over the list places one layer
		n := size(r, 10_000)
		return []byte(functional("top", "l0", times(n, func(i int) string {
			from := "input"
			if i < n-1 {
				from = fmt.Sprintf("l%d", i+1)
			}
			return called(layer("Activation", fmt.Sprintf("l%d", i), `"activation": "relu"`), tensor(from))
		})...))
	}},
	{"many outputs", func(r *rand.Rand) []byte {
		n := size(r, 10_000)
		outputs := strings.Join(times(n, func(i int) string { return fmt.Sprintf(`["l%d", 0, 0]`, i) }), ", ")
		s := functional("top", "l0", times(n, func(i int) string {
			return called(layer("Activation", fmt.Sprintf("l%d", i), `"activation": "relu"`), tensor("input"))
		})...)
		return []byte(strings.Replace(s, `"output_layers": [["l0", 0, 0]]`, `"output_layers": [`+outputs+`]`, 1))
	}},
	{"shared objects", func(r *rand.Rand) []byte { // that stand for each other
		n := size(r, 10_000)
		return []byte(sequential("top", append([]string{input("4")}, times(n, func(i int) string {
			return strings.TrimSuffix(layer("Dense", fmt.Sprintf("l%d", i), `"units": 4`), "}") + fmt.Sprintf(`, "shared_object_id": %d}`, r.IntN(n))
		})...)...))
	}},
	{"constants", func(r *rand.Rand) []byte { // in a call, nested and long
		n := size(r, 200_000)
		deep := size(r, 300)
		list := strings.Repeat("[", deep) + strings.Repeat("1.5,", n) + "1" + strings.Repeat("]", deep)
		return []byte(functional("top", "l0", called(layer("Add", "l0", ""), tensor("input"), list)))
	}},
	{"long loop", func(r *rand.Rand) []byte {
		inner := layer([]string{"Dense", "LSTM", "Conv1D"}[r.IntN(3)], "inner", `"units": 2, "filters": 2, "kernel_size": 2`)
		return []byte(sequential("top", input(fmt.Sprintf("%d, 3, 4", size(r, 1<<30))), layer("TimeDistributed", "td", `"layer": `+inner)))
	}},
}
