package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

type tensor = runtime.Tensor

// benchInputs are the rows that are measured.
func (a *app) benchInputs(ctx context.Context, p *keras.Program, o benchOptions) ([]*tensor, error) {
	if o.rows != "" {
		return a.benchRows(ctx, p, o.rows, o.batch)
	}
	return randomInputs(p, o.batch, o.length)
}

// randomInputs makes rows that fit the program: normal numbers, zeros where it
// wants integers, which often are places in a table, true where it wants masks.
func randomInputs(p *keras.Program, rows, length int) ([]*tensor, error) {
	random := rand.New(rand.NewPCG(1, 2))
	var in []*tensor
	for _, port := range p.Inputs() {
		shape := append([]int{}, port.Shape...)
		for i, d := range shape {
			switch {
			case d < 0 && i == 0:
				shape[i] = rows
			case d < 0:
				shape[i] = length
			}
		}
		t, err := runtime.NewTensor(port.DType, shape...)
		if err != nil {
			return nil, err
		}
		for i := range t.Float32s() {
			t.Float32s()[i] = random.Float32() // in [0, 1): an index of any Embedding too
		}
		for i := range t.Bools() {
			t.Bools()[i] = true
		}
		in = append(in, t)
	}
	return in, nil
}

// benchRows reads the first n rows of a file, from the start again if it has fewer.
func (a *app) benchRows(ctx context.Context, p *keras.Program, path string, n int) ([]*tensor, error) {
	in, done, err := a.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer done()
	rows, err := table.Open(in, &table.Wanted{Inputs: p.Inputs(), Header: table.HeaderAuto, AllowExtra: true, Note: a.noteOn(in)})
	if err != nil {
		return nil, err
	}
	feed, err := rows.Next(n)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: wanted rows to measure with, received none", path)
	}
	if err != nil {
		return nil, err
	}
	for i, t := range feed {
		if feed[i], err = repeated(t, n); err != nil {
			return nil, err
		}
	}
	return feed, nil
}

// repeated is a tensor with n rows, those of t over and over.
func repeated(t *tensor, n int) (*tensor, error) {
	if t.Shape()[0] == n {
		return t, nil
	}
	out, err := runtime.NewTensor(t.DType(), append([]int{n}, t.Shape()[1:]...)...)
	if err != nil {
		return nil, err
	}
	again(out.Bytes(), t.Bytes())
	again(out.Strings(), t.Strings())
	return out, nil
}

// again fills to with what is in from, over and over.
func again[T any](to, from []T) {
	for len(to) > 0 && len(from) > 0 {
		to = to[copy(to, from):]
	}
}

// callOf returns what bench measures: PredictInto where the model has one input
// and one output, RunAll otherwise.
func callOf(ctx context.Context, p *keras.Program, in []*tensor) func() error {
	all := func() error {
		_, err := p.RunAll(ctx, in)
		return err
	}
	if len(in) != 1 || len(p.Outputs()) != 1 || in[0].Float32s() == nil {
		return all
	}
	out, err := p.RunAll(ctx, in)
	if err != nil || out[0].Float32s() == nil {
		return all
	}
	x, y := in[0].Float32s(), out[0].Float32s()
	if p.PredictInto(y, x) != nil { // rows of unknown size
		return all
	}
	return func() error { return p.PredictInto(y, x) }
}
