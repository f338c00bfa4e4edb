package main

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/onnx-gomlx/onnx"
)

// openGoMLX reads the ONNX file into a GoMLX graph, weights as its variables.
func openGoMLX(model string, x []array, o options) (call, error) {
	m, err := onnx.ReadFile(model)
	if err != nil {
		return nil, err
	}
	ctx := context.New()
	if err := m.VariablesToContext(ctx); err != nil {
		return nil, err
	}
	settings := "ops_sequential,parallelism=0" // 0: none
	if o.threads > 1 {
		settings = fmt.Sprintf("parallelism=%d", o.threads)
	}
	backend, err := simplego.New(settings)
	if err != nil {
		return nil, err
	}
	names, _ := m.Inputs()
	if len(names) != len(x) {
		return nil, fmt.Errorf("wanted %d inputs, received %v", len(x), names)
	}
	slices.Sort(names)
	exec, err := context.NewExecAny(backend, ctx.Reuse(), func(ctx *context.Context, x []*graph.Node) *graph.Node {
		in := map[string]*graph.Node{}
		for i, name := range names {
			in[name] = x[i]
		}
		return m.CallGraph(ctx, x[0].Graph(), in)[0]
	})
	if err != nil {
		return nil, err
	}
	var in []any
	for _, a := range x {
		if a.ints != nil {
			in = append(in, tensors.FromFlatDataAndDimensions(a.ints, a.shape...))
		} else {
			in = append(in, tensors.FromFlatDataAndDimensions(a.floats, a.shape...))
		}
	}
	var answers []float32
	return func() ([]float32, error) {
		out, err := exec.Exec(in...)
		if err != nil {
			return nil, err
		}
		err = out[0].ConstFlatData(func(flat any) { answers = append(answers[:0], flat.([]float32)...) })
		out[0].MustFinalizeAll()
		return answers, err
	}, nil
}
