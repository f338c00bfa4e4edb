package keras

import "strings"

// byName returns a layer's arrays in the order of its weights: each weight takes
// the array whose name ends as its own and shares most words with its path, as
// "mha/attention_output/kernel" does with "output_dense/kernel". Arrays that no
// weight can take stay as they are, for the caller's count or shapes to tell.
func byName(arrays []array, weights []*Weight) []array {
	if len(arrays) != len(weights) {
		return arrays
	}
	used := make([]bool, len(arrays))
	out := make([]array, 0, len(arrays))
	for _, w := range weights {
		words := wordsOf(w.Path)
		best, most := -1, -1
		for i, a := range arrays {
			if used[i] || !sameName(baseName(a.name), w.Name) {
				continue
			}
			if n := common(words, wordsOf(a.name)); n > most {
				best, most = i, n
			}
		}
		if best < 0 {
			return arrays
		}
		used[best] = true
		out = append(out, arrays[best])
	}
	return out
}

// sameName compares the names of a weight, where Keras 2 called the kernel of a
// DepthwiseConv2D otherwise.
func sameName(file, weight string) bool { return file == weight || file == oldAttributes[weight] }

func wordsOf(path string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '_' }) {
		out[w] = true
	}
	return out
}

func common(a, b map[string]bool) int {
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}
