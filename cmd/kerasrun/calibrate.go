package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// How many rows are looked at: those at the file's beginning, in so many bytes.
const (
	calibrationRows  = 4096
	calibrationBytes = 256 << 20
)

// change is how far answers lie from those of the model before.
type change struct {
	worst, sum float64
	n          int
}

func (c change) mean() float64 { return c.sum / float64(max(c.n, 1)) }

// calibrate says how far quantization moves the answers to rows of the user's, and
// which layers move them most when quantized alone.
func (a *app) calibrate(ctx context.Context, m, small *keras.Model, q keras.Quantization, path string) error {
	p, err := m.Compile()
	if err != nil {
		return err
	}
	in, done, err := a.open(ctx, path)
	if err != nil {
		return err
	}
	defer done()
	rows, err := table.Open(in, &table.Wanted{Inputs: p.Inputs(), Header: table.HeaderAuto, Note: a.noteOn(in)})
	if err != nil {
		return err
	}
	feed, err := rows.Next(max(1, min(calibrationRows, calibrationBytes/max(1, table.RowBytes(p.Inputs())))))
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: wanted rows to look at, received none", path)
	}
	if err != nil {
		return err
	}
	want, err := p.RunAll(ctx, feed)
	if err != nil {
		return err
	}
	whole, err := moved(ctx, small, feed, want)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "answers move by %.3g at worst, %.3g on average\n", whole.worst, whole.mean())
	quantized := quantizedLayers(small)
	if len(quantized) < 2 {
		return nil
	}
	t := newTable("Layer quantized alone", "Worst", "Mean")
	for _, name := range byCost(quantized, func(name string) (c change) {
		if err != nil {
			return c
		}
		alone := q
		alone.Layers = []string{name}
		var one *keras.Model
		if one, err = m.Quantize(alone); err == nil {
			c, err = moved(ctx, one, feed, want)
		}
		return c
	}) {
		t.add(name.layer, fmt.Sprintf("%.3g", name.worst), fmt.Sprintf("%.3g", name.mean()))
	}
	if err != nil {
		return err
	}
	fmt.Fprint(a.stdout, t)
	return nil
}

type layerCost struct {
	layer string
	change
}

// byCost measures layers, those with the largest change first.
func byCost(names []string, of func(string) change) []layerCost {
	var out []layerCost
	for _, n := range names {
		out = append(out, layerCost{n, of(n)})
	}
	slices.SortStableFunc(out, func(a, b layerCost) int { return cmp.Compare(b.mean(), a.mean()) })
	return out
}

// quantizedLayers lists the layers that have integer weights.
func quantizedLayers(m *keras.Model) (names []string) {
	for _, w := range m.Weights() {
		name := w.Layer[strings.LastIndexByte(w.Layer, '/')+1:]
		if w.DType == "int8" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// moved compares a model's answers with those wanted.
func moved(ctx context.Context, m *keras.Model, feed, want []*runtime.Tensor) (c change, err error) {
	p, err := m.Compile()
	if err != nil {
		return c, err
	}
	got, err := p.RunAll(ctx, feed)
	if err != nil {
		return c, err
	}
	for i, t := range got {
		if t.DType() != runtime.Float32 {
			continue
		}
		w := want[i].Float32s()
		for k, v := range t.Float32s() {
			d := math.Abs(float64(v) - float64(w[k]))
			c.worst, c.sum, c.n = max(c.worst, d), c.sum+d, c.n+1
		}
	}
	return c, nil
}
