package keras

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
)

// FormatError is returned when a file is broken: cut short, damaged, or holding
// what no Keras writes.
type FormatError struct {
	File     string // as given to Load
	Path     string // place inside the file
	Layer    string // the layer concerned, if any
	What     string // the thing that is wrong: "kernel: shape"
	Wanted   string
	Received string
	Err      error // cause, if any
}

func (e *FormatError) Error() string {
	s := place(e.File, e.Path, e.Layer) + e.What
	if e.What == "" && e.Err != nil {
		return s + e.Err.Error()
	}
	if e.Wanted != "" {
		s += " wanted " + e.Wanted + ", received " + e.Received
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return strings.TrimSuffix(s, ": ")
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// UnsupportedError is returned when a file is sound but asks for layers, options or
// features of a format that are not there, and when a model cannot be written in
// the form that was asked for. It lists everything that is in the way; its text the
// first 200 of these.
type UnsupportedError struct {
	File     string
	Problems []layers.Problem
}

func (e *UnsupportedError) Error() string {
	s := place(e.File, "", "")
	if len(e.Problems) == 1 {
		return s + "unsupported: " + e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d things are unsupported:", s, len(e.Problems))
	const most = 200
	for _, p := range e.Problems[:min(len(e.Problems), most)] {
		b.WriteString("\n\t" + p.String())
	}
	if more := len(e.Problems) - most; more > 0 {
		fmt.Fprintf(&b, "\n\tand %d more", more)
	}
	return b.String()
}

// LimitError is returned when a file asks for more than the caller's Limits allow.
type LimitError struct {
	File  string
	Path  string
	Limit string // name of the field of Limits
	Max   uint64
	Asked uint64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s%s must be at most %d, received %d", place(e.File, e.Path, ""), "Limits."+e.Limit, e.Max, e.Asked)
}

// NameError is returned when a caller names an output or a layer that the model does
// not have, or a name that several have.
type NameError struct {
	What    string   // "output" or "layer"
	Name    string   // as given
	Near    []string // the names most like it
	Several []string // instead, when there are several: what to call each
	Within  string   // the layer that the name looks inside of, when that has no outputs inside
}

func (e *NameError) Error() string {
	if len(e.Several) > 0 {
		return fmt.Sprintf("%s %q could be any of %s", e.What, e.Name, quoted(e.Several))
	}
	s := fmt.Sprintf("the model has no %s %q", e.What, e.Name)
	if e.Within != "" {
		s += fmt.Sprintf(", for what is inside layer %q has no output of its own", e.Within)
	}
	return s + "; nearest are " + quoted(e.Near)
}

// quoted lists at most ten names.
func quoted(names []string) string {
	var s []string
	for _, n := range names[:min(len(names), 10)] {
		s = append(s, fmt.Sprintf("%q", n))
	}
	if more := len(names) - len(s); more > 0 {
		s = append(s, fmt.Sprintf("%d more", more))
	}
	return strings.Join(s, ", ")
}

// NoActivationError is returned when a head is to replace the activation of a
// last layer that has none.
type NoActivationError struct{ Layer, Class string }

func (e *NoActivationError) Error() string {
	return fmt.Sprintf("the last layer, %q (%s), has no activation to replace; to put the head behind it, append it", e.Layer, e.Class)
}

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
