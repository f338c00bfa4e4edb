package main

import (
	"context"
	"math/rand/v2"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

type tensor = runtime.Tensor

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
