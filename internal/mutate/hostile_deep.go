package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

var deepAndWide = []generator{
	{"deep lists", func(r *rand.Rand) []byte {
		open := []string{"[", `{"a": `, `{"config": [`, `{"class_name": "Sequential", "config": {"layers": [`}[r.IntN(4)]
		return []byte(strings.Repeat(open, size(r, 100_000)))
	}},
	{"deep models", func(r *rand.Rand) []byte {
		s := layer("Dense", "dense", `"units": 2`)
		for i := range size(r, 2000) {
			s = sequential(fmt.Sprintf("m%d", i), s)
		}
		return []byte(sequential("top", input("4"), s))
	}},
	{"deep wrappers", func(r *rand.Rand) []byte {
		wrapper := []string{"TimeDistributed", "Bidirectional", "SpectralNormalization"}[r.IntN(3)]
		s := layer([]string{"Dense", "LSTM"}[r.IntN(2)], "inner", `"units": 2`)
		for i := range size(r, 1000) {
			s = layer(wrapper, fmt.Sprintf("w%d", i), `"layer": `+s)
		}
		return []byte(sequential("top", input("3, 4"), s))
	}},
	{"wide list", func(r *rand.Rand) []byte {
		each := []string{"[]", "{}", "1", `""`, `{"a": 1}`, "[[]]", "null", `"ab"`, "1.5", `{"a": {}}`}[r.IntN(10)]
		list := "[" + strings.Repeat(each+",", size(r, 2_000_000)) + each + "]"
		switch r.IntN(3) {
		case 0:
			return []byte(sequential("top", input("4"), layer("Dense", "dense", `"units": `+list)))
		case 1:
			return []byte(layer("Sequential", "top", `"layers": `+list))
		}
		return []byte(layer("Sequential", "top", `"layers": [], "unknown": `+list))
	}},
	{"wide object", func(r *rand.Rand) []byte {
		var b strings.Builder
		for i := range size(r, 500_000) {
			fmt.Fprintf(&b, `, "%x": %d`, i, i%10)
		}
		return []byte(sequential("top", input("4"), layer("Dense", "dense", `"units": 2`+b.String())))
	}},
	{"many layers", func(r *rand.Rand) []byte {
		class := []string{"Activation", "Dense", "Dropout", "BatchNormalization", "Rescaling", "Nothing", "Flatten"}[r.IntN(7)]
		same := r.IntN(3) == 0
		return []byte(sequential("top", append([]string{input("4")}, times(size(r, 20_000), func(i int) string {
			if same {
				i = 0
			}
			return layer(class, fmt.Sprintf("l%d", i), `"units": 4, "activation": "relu", "scale": 2.0`)
		})...)...))
	}},
	{"many cells", func(r *rand.Rand) []byte {
		cells := times(size(r, 20_000), func(i int) string { return layer("LSTMCell", fmt.Sprintf("c%d", i), `"units": 1`) })
		stacked := layer("StackedRNNCells", "stacked", `"cells": [`+strings.Join(cells, ", ")+"]")
		return []byte(sequential("top", input("3, 1"), layer("RNN", "rnn", `"cell": `+stacked)))
	}},
	{"long names", func(r *rand.Rand) []byte {
		name := strings.Repeat([]string{"a", "/", "../", "é", "\u2028", "_1", ":0"}[r.IntN(7)], size(r, 2_000_000))
		quoted, _ := json.Marshal(name) // a string always can be
		return []byte(sequential("top", input("4"), layer("Dense", "dense", `"units": 2, "activation": `+string(quoted)), strings.Replace(layer("Dense", "xx", `"units": 2`), `"xx"`, string(quoted), 1)))
	}},
	{"long vocabulary", func(r *rand.Rand) []byte {
		words := times(size(r, 200_000), func(i int) string { return fmt.Sprintf("%q", fmt.Sprint(i%(1+size(r, 100_000)))) })
		class := []string{"StringLookup", "IntegerLookup", "TextVectorization", "Discretization", "Normalization"}[r.IntN(5)]
		list := "[" + strings.Join(words, ",") + "]"
		return []byte(sequential("top", input("4"), layer(class, "look", `"vocabulary": `+list+`, "bin_boundaries": `+list+`, "mean": `+list+`, "variance": `+list)))
	}},
}
