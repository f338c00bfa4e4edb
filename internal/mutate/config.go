package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"sort"
)

// configOf finds the configuration within an HDF5 file: a JSON object that
// begins with one of the keys that Keras writes first.
func configOf(b []byte) (from, to int) {
	for _, start := range []string{`{"class_name"`, `{"module"`, `{"config"`, `{"name"`} {
		i := bytes.Index(b, []byte(start))
		if i < 0 {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(b[i:]))
		var v any
		if d.Decode(&v) == nil {
			return i, i + int(d.InputOffset())
		}
	}
	return 0, 0
}

// setConfigInPlace changes the configuration of an HDF5 file. The new one has to
// fit in the old one's place; spaces fill what is left.
func setConfigInPlace(r *rand.Rand, b []byte) []byte {
	if !isHDF5(b) {
		return nil
	}
	from, to := configOf(b)
	if from == to {
		return nil
	}
	for range 8 {
		c := setJSON(r, b[from:to])
		if c == nil || len(c) > to-from {
			continue
		}
		m := clone(b)
		copy(m[from:to], bytes.Repeat([]byte(" "), to-from))
		copy(m[from:], c)
		return m
	}
	return nil
}

// configAlone is the file's configuration, changed, without the weights that
// would betray it.
func configAlone(r *rand.Rand, b []byte) []byte {
	if isHDF5(b) {
		from, to := configOf(b)
		return setJSON(r, b[from:to])
	}
	for _, m := range unzip(b) {
		if m.name == "config.json" {
			return setJSON(r, m.data)
		}
	}
	return nil
}

// setJSON changes one to three values or keys of a JSON text.
func setJSON(r *rand.Rand, text []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root any
	if d.Decode(&root) != nil {
		return nil
	}
	for range 1 + r.IntN(3) {
		var places []place
		places = collect(places, root, func(v any) { root = v })
		if len(places) == 0 {
			return nil
		}
		places[r.IntN(len(places))].change(r, places)
	}
	out, err := json.Marshal(root)
	if err != nil {
		return nil
	}
	return out
}

// place is a value in a JSON text.
type place struct {
	value  any
	set    func(any)
	remove func() // from the object it stands in; nil in a list
	rename func(string)
}

func collect(to []place, v any, set func(any)) []place {
	to = append(to, place{value: v, set: set})
	switch x := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			n := len(to)
			to = collect(to, x[k], func(v any) { x[k] = v })
			to[n].remove = func() { delete(x, k) }
			to[n].rename = func(other string) { x[other] = x[k]; delete(x, k) }
		}
	case []any:
		for i := range x {
			to = collect(to, x[i], func(v any) { x[i] = v })
		}
	}
	return to
}

// change puts something else at the place: another type, a number that is too
// large, what stands somewhere else, nothing.
func (p place) change(r *rand.Rand, all []place) {
	other := all[r.IntN(len(all))].value
	switch x := p.value.(type) {
	case json.Number:
		numbers := []string{"0", "1", "-1", "2", "3", "7", "64", "65", "1000", "65536", "1048577", "16777216", "2147483647", "4294967296", "1099511627776",
			"9223372036854775807", "-2147483648", "1e300", "0.5", "1e-30", x.String() + "0", "[" + x.String() + "]"}
		p.set(json.RawMessage(numbers[r.IntN(len(numbers))]))
		return
	case string:
		words := []any{"", "relu", "softmax", "Lambda", "Dense", "same", "valid", "causal", "channels_first", "channels_last", "float16", "int32", "bool", "string",
			"../x", "keras>x", x + "_", x + x, "None", copyOf(other)}
		p.set(words[r.IntN(len(words))])
		return
	case bool:
		if r.IntN(2) == 0 {
			p.set(!x)
			return
		}
	case []any:
		if n := len(x); n > 0 && n < 1000 {
			switch r.IntN(4) {
			case 0:
				p.set(append([]any{}, x[1:]...))
				return
			case 1:
				p.set(append(append([]any{}, x...), x[r.IntN(n)]))
				return
			case 2:
				i, k := r.IntN(n), r.IntN(n)
				x[i], x[k] = x[k], x[i]
				return
			}
		}
	}
	switch k := r.IntN(10); {
	case k < 2 && p.remove != nil:
		p.remove()
	case k < 4 && p.rename != nil:
		p.rename([]string{"x", "name", "config", "units", "inbound_nodes", "dtype", "layers", "class_name"}[r.IntN(8)])
	case k < 7:
		p.set(copyOf(other)) // a copy, so that nothing contains itself
	default:
		values := []any{nil, true, false, 0, -1, 1 << 40, "", "x", []any{}, map[string]any{}, []any{nil, []any{nil}}, 0.5}
		p.set(values[r.IntN(len(values))])
	}
}

func copyOf(v any) any {
	switch x := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, e := range x {
			m[k] = copyOf(e)
		}
		return m
	case []any:
		l := make([]any, len(x))
		for i, e := range x {
			l[i] = copyOf(e)
		}
		return l
	}
	return v
}
