package keras

import (
	"slices"
	"strings"
)

// shareByName gives each layer the arrays that carry its name: "dense_1/kernel:0"
// or, in Keras 1, "dense_1_W". What stands in a custom class has the name of an
// attribute here, and another there.
func shareByName(arrays []array, parts []unit) ([][]array, bool) {
	shares := make([][]array, len(parts))
	if len(parts) == 1 {
		shares[0] = arrays
		return shares, true
	}
	named := map[string]int{}
	for i, p := range parts {
		if _, twice := named[p.name]; twice || p.custom {
			return nil, false
		}
		named[p.name] = i
	}
	for _, d := range arrays {
		i, ok := owner(d.name, named)
		if !ok {
			return nil, false
		}
		shares[i] = append(shares[i], d)
	}
	for i, s := range shares {
		if len(s) == 0 || len(s) != len(parts[i].weights) && len(s)%3 != 0 {
			return nil, false
		}
	}
	return shares, true
}

// owner finds the layer that an array's name mentions, the innermost first.
func owner(array string, named map[string]int) (int, bool) {
	steps := strings.Split(array, "/")
	last := steps[len(steps)-1]
	for k := len(last) - 1; k > 0; k-- {
		if last[k] == '_' {
			if i, ok := named[last[:k]]; ok {
				return i, true
			}
		}
	}
	for k := len(steps) - 2; k >= 0; k-- {
		if i, ok := named[steps[k]]; ok {
			return i, true
		}
	}
	for k := len(steps) - 2; k > 0; k-- { // a layer with a slash in its name
		if i, ok := named[strings.Join(steps[:k+1], "/")]; ok {
			return i, true
		}
	}
	return 0, false
}

// shareByOrder deals the arrays out in the order in which Keras 2 lists the
// weights of a nested model.
func shareByOrder(arrays []array, parts []unit) ([][]array, bool) {
	var all []*Weight
	part := map[*Weight]int{}
	for p, u := range parts {
		for _, w := range u.weights {
			part[w] = p
		}
		all = append(all, u.weights...)
	}
	ordered, ok := dealt(arrays, all)
	if !ok {
		return nil, false
	}
	shares := make([][]array, len(parts))
	for i, w := range all {
		shares[part[w]] = append(shares[part[w]], ordered[i])
	}
	return shares, true
}

// dealt returns the arrays in the order of the weights. In the file trainable
// weights come before the others; which ones are depends on flags that may have
// been otherwise when it was written, so the first order in which all shapes
// agree is taken.
func dealt(arrays []array, weights []*Weight) ([]array, bool) {
	if len(arrays) != len(weights) {
		return nil, false
	}
	order := asListed(weights)
	for _, first := range []func(*Weight) bool{
		func(w *Weight) bool { return w.Trainable || w.Leads },
		func(w *Weight) bool { return w.Name != "moving_mean" && w.Name != "moving_variance" },
		func(*Weight) bool { return true },
	} {
		out := make([]array, len(weights))
		next, fits := 0, true
		for _, trainable := range []bool{true, false} {
			for _, i := range order {
				if w := weights[i]; first(w) == trainable {
					out[i] = arrays[next]
					fits = fits && slices.Equal(out[i].Shape(), w.Shape)
					next++
				}
			}
		}
		if fits {
			return out, true
		}
	}
	return nil, false
}
