package keras

import (
	"context"
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// Predict computes the outputs of rows of a model with one input and one
// output. x holds the rows one after the other, each row-major, and so does the
// result. It returns a *runtime.ShapeError when x is not a whole number of rows.
func (p *Program) Predict(x []float32) ([]float32, error) {
	return p.PredictContext(context.Background(), x)
}

// PredictContext is Predict that ends with the context's error when ctx is done.
func (p *Program) PredictContext(ctx context.Context, x []float32) ([]float32, error) {
	rows, err := p.rows(x)
	if err != nil {
		return nil, err
	}
	if rows > p.memory/4/max(p.out, 1) {
		return nil, &runtime.ShapeError{What: "results", Wanted: fmt.Sprintf("at most %d bytes, by Memory", p.memory), Received: fmt.Sprintf("%d rows of %d numbers", rows, p.out)}
	}
	y := make([]float32, rows*p.out)
	if err := p.program.RunRows(ctx, y, x, rows); err != nil {
		return nil, err
	}
	return y, nil
}

// PredictInto is Predict into dst, which must have the result's length. It does
// not allocate.
func (p *Program) PredictInto(dst, x []float32) error {
	return p.PredictIntoContext(context.Background(), dst, x)
}

// PredictIntoContext is PredictInto that ends with the context's error when ctx
// is done; dst then holds nothing of use.
func (p *Program) PredictIntoContext(ctx context.Context, dst, x []float32) error {
	rows, err := p.rows(x)
	if err != nil {
		return err
	}
	if len(dst) != rows*p.out {
		return &runtime.ShapeError{What: "dst", Wanted: fmt.Sprintf("%d numbers for %d rows", rows*p.out, rows), Received: fmt.Sprint(len(dst))}
	}
	return p.program.RunRows(ctx, dst, x, rows)
}

// rows counts the rows of x.
func (p *Program) rows(x []float32) (int, error) {
	if !p.sole {
		return 0, &runtime.ShapeError{What: "Predict", Wanted: "a model with one float32 input and one float32 output of known row size; use Run", Received: describe(p.inputs) + " -> " + describe(p.outputs)}
	}
	if p.in == 0 || len(x)%p.in != 0 {
		return 0, &runtime.ShapeError{What: fmt.Sprintf("input %q", p.inputs[0].Name), Wanted: fmt.Sprintf("rows of %d numbers", p.in), Received: fmt.Sprintf("%d numbers", len(x))}
	}
	return len(x) / p.in, nil
}
