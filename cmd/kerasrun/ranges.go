package main

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/runtime"
)

// rangeSummary bounds what an output answers.
type rangeSummary struct {
	Output   string         `json:"output"`
	Min      *float64       `json:"min"` // null: no bound
	Max      *float64       `json:"max"`
	NaN      bool           `json:"nan"`                // where numbers grow beyond float32, answers may be none
	Elements []elementRange `json:"elements,omitempty"` // of a row, where they differ
	inputs   string
}

type elementRange struct {
	Min *float64 `json:"min"`
	Max *float64 `json:"max"`
}

// rangesOf bounds the outputs for all inputs, or for those that text allows.
func (a *app) rangesOf(ctx context.Context, m *keras.Model, text string) ([]rangeSummary, error) {
	var boxes []runtime.Box
	inputs := "whatever the inputs"
	if _, err := os.Stat(text); text != "" && (err == nil || text == "-" || !strings.Contains(text, ":")) {
		if err != nil && text != "-" {
			return nil, &fs.PathError{Op: "open", Path: text, Err: fs.ErrNotExist}
		}
		rows, err := a.inputRows(ctx, m, text, nil, false)
		if err != nil {
			return nil, err
		}
		if boxes, err = lab.Around(m, rows); err != nil {
			return nil, err
		}
		inputs = "while each input element lies within the rows of " + text
	} else if text != "" {
		r, err := parseRange(text)
		if err != nil {
			return nil, usageError{err}
		}
		lo, hi := math.Max(r[0], -math.MaxFloat32), math.Min(r[1], math.MaxFloat32)
		boxes = lab.Between(m, float32(lo), float32(hi))
		inputs = fmt.Sprintf("while the inputs lie between %s and %s", whole(lo), whole(hi))
	}
	bounds, err := lab.Range(m, boxes)
	if err != nil {
		return nil, err
	}
	var out []rangeSummary
	for i, b := range bounds {
		s := rangeSummary{Output: m.Outputs()[i].Name, NaN: b.NaN, inputs: inputs}
		lo, hi := math.Inf(1), math.Inf(-1)
		for k := range b.Lo {
			l, h := float64(b.Lo[k]), float64(b.Hi[k])
			lo, hi = math.Min(lo, l), math.Max(hi, h)
			if len(b.Lo) > 1 {
				s.Elements = append(s.Elements, elementRange{finite(l), finite(h)})
			}
		}
		s.Min, s.Max = finite(lo), finite(hi)
		out = append(out, s)
	}
	return out, nil
}

// text is the line of the summary, and one for each of a few elements.
func (r *rangeSummary) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Range    %s %s, %s", r.Output, spanText(r.Min, r.Max), r.inputs)
	if r.NaN {
		b.WriteString("; NaN where numbers grow beyond float32")
	}
	b.WriteString("\n")
	const most = 16
	for i, e := range r.Elements[:min(len(r.Elements), most)] {
		fmt.Fprintf(&b, "         element %d %s\n", i, spanText(e.Min, e.Max))
	}
	if len(r.Elements) > most {
		fmt.Fprintf(&b, "         and %d more elements\n", len(r.Elements)-most)
	}
	return b.String()
}

func spanText(lo, hi *float64) string {
	switch {
	case lo == nil && hi == nil:
		return "has no bounds"
	case lo == nil:
		return "<= " + whole(*hi)
	case hi == nil:
		return ">= " + whole(*lo)
	}
	return ">= " + whole(*lo) + ", <= " + whole(*hi)
}

// whole writes a float32 in full: a bound must not be rounded.
func whole(v float64) string { return strconv.FormatFloat(v, 'g', -1, 32) }
