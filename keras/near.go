package keras

import (
	"cmp"
	"slices"
	"strings"
)

// nearAmong bounds the names that are compared: a model may have a million.
const nearAmong = 10_000

// near returns the names, at most five, that are most like the one given: what
// was meant, when it was mistyped.
func near(name string, all []string) []string {
	slices.Sort(all)
	all = slices.Compact(all)
	all = all[:min(len(all), nearAmong)]
	type candidate struct {
		name     string
		distance int
	}
	var found []candidate
	for _, other := range all {
		d := editDistance(strings.ToLower(name), strings.ToLower(other))
		if strings.HasSuffix(other, "/"+name) { // the name is right, its model is missing
			d = 0
		}
		found = append(found, candidate{other, d})
	}
	slices.SortFunc(found, func(a, b candidate) int { return cmp.Or(a.distance-b.distance, strings.Compare(a.name, b.name)) })
	var names []string
	for i, c := range found[:min(len(found), 5)] {
		if i > 0 && c.distance > len(name)/2 && c.distance > found[0].distance {
			break // no more like it than any other
		}
		names = append(names, c.name)
	}
	return names
}

// editDistance is how many letters must be put in, taken out or changed to make
// one name of the other (Levenshtein). Only the first 128 bytes count.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), 128)], b[:min(len(b), 128)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
