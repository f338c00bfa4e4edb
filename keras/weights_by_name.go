package keras

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// maxNameWork bounds what byName may compare, in words.
const maxNameWork = 1 << 26

// byName returns a layer's arrays in the order of its weights: each weight takes
// the array whose name ends as its own and shares most words with its path, as
// "mha/attention_output/kernel" does with "output_dense/kernel". Arrays that no
// weight can take stay as they are, for the caller's count or shapes to tell.
func byName(arrays []array, weights []*Weight) ([]array, error) {
	if len(arrays) != len(weights) {
		return arrays, nil
	}
	v := vocabulary{}
	like := map[string][]*candidate{} // by the last word
	for i := range arrays {
		name := baseName(arrays[i].name)
		like[name] = append(like[name], &candidate{array: &arrays[i], words: v.words(arrays[i].name)})
	}
	marks := make([]int, len(v)) // k+1 where weight k has the word
	out := make([]array, 0, len(arrays))
	work := 0
	for k, w := range weights {
		for _, word := range v.known(w.Path) {
			marks[word] = k + 1
		}
		var best *candidate
		most := -1
		// A DepthwiseConv2D's kernel had another name in Keras 2.
		for _, c := range slices.Concat(like[w.Name], like[oldAttributes[w.Name]]) {
			if work += 1 + len(c.words); work > maxNameWork {
				return nil, &UnsupportedError{Problems: []layers.Problem{{What: fmt.Sprintf("%d weights in one layer, told apart by the words of their names", len(arrays))}}}
			}
			if n := c.common(marks, k+1); !c.used && n > most {
				best, most = c, n
			}
		}
		if best == nil {
			return arrays, nil
		}
		best.used = true
		out = append(out, *best.array)
	}
	return out, nil
}

// candidate is an array that a weight may take.
type candidate struct {
	array *array
	words []int
	used  bool
}

// common counts the words that are marked with k.
func (c *candidate) common(marks []int, k int) int {
	n := 0
	for _, w := range c.words {
		if marks[w] == k {
			n++
		}
	}
	return n
}

// vocabulary numbers words.
type vocabulary map[string]int

// words returns the numbers of a path's words, each once, new ones included.
func (v vocabulary) words(path string) []int {
	var out []int
	seen := map[string]bool{}
	for _, w := range wordsOf(path) {
		if seen[w] {
			continue
		}
		seen[w] = true
		n, ok := v[w]
		if !ok {
			n = len(v)
			v[w] = n
		}
		out = append(out, n)
	}
	return out
}

// known returns the numbers of those words of a path that have one.
func (v vocabulary) known(path string) []int {
	var out []int
	for _, w := range wordsOf(path) {
		if n, ok := v[w]; ok {
			out = append(out, n)
		}
	}
	return out
}

func wordsOf(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '_' })
}
