package main

import (
	"fmt"

	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/onnx-gomlx/onnx"
)

// openGoMLX reads the ONNX file into a GoMLX graph, weights as its variables.
func openGoMLX(model string, x []float32, shape []int, o options) (call, error) {
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
	exec, err := context.NewExecAny(backend, ctx.Reuse(), func(ctx *context.Context, x *graph.Node) *graph.Node {
		return m.CallGraph(ctx, x.Graph(), map[string]*graph.Node{names[0]: x})[0]
	})
	if err != nil {
		return nil, err
	}
	in := tensors.FromFlatDataAndDimensions(x, shape...)
	var answers []float32
	return func() ([]float32, error) {
		out, err := exec.Exec(in)
		if err != nil {
			return nil, err
		}
		err = out[0].ConstFlatData(func(flat any) { answers = append(answers[:0], flat.([]float32)...) })
		out[0].MustFinalizeAll()
		return answers, err
	}, nil
}
