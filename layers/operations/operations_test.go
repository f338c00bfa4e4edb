package operations

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// decodeJSON decodes as package keras does.
func decodeJSON(s string) (v any) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		panic(err)
	}
	return v
}

// callOperation calls an operation on a tensor of a shape and the other
// arguments, given in JSON.
func callOperation(class, options, rest string, shape runtime.Shape) (runtime.Shape, error) {
	var d layers.Decoder
	l := d.Layer(map[string]any{"class_name": "ops." + class, "config": decodeJSON(options)})
	if len(d.Problems) > 0 {
		return nil, problem(d.Problems[0])
	}
	b := runtime.NewBuilder()
	c, _ := layers.NewCall(b, nil, nil, false)
	x := layers.Tensor{Value: b.Input("", runtime.Type{Shape: shape})}
	c = c.WithArguments(append([]any{x}, decodeJSON(rest).([]any)...), nil)
	out, err := l.Call(c, []layers.Tensor{x})
	if err == nil {
		err = b.Err()
	}
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out[0].Shape, nil
}

type problem layers.Problem

func (p problem) Error() string { return p.What }

func TestOperationShapes(t *testing.T) {
	const none = runtime.Unknown
	for _, c := range []struct {
		class, options, rest string
		want                 runtime.Shape
	}{
		{"Add", `{}`, `[1.5]`, runtime.Shape{none, 2, 3}},
		{"Sum", `{"axis": [1, -1]}`, `[]`, runtime.Shape{none}},
		{"Mean", `{"axis": null}`, `[]`, runtime.Shape{}},
		{"Reshape", `{"newshape": [-1, 6]}`, `[]`, runtime.Shape{none, 6}},
		{"Transpose", `{"axes": null}`, `[]`, runtime.Shape{3, 2, none}},
		{"Moveaxis", `{"source": 1, "destination": -1}`, `[]`, runtime.Shape{none, 3, 2}},
		{"ExpandDims", `{"axis": 1}`, `[]`, runtime.Shape{none, 1, 2, 3}},
		{"Split", `{"indices_or_sections": [1], "axis": 2}`, `[]`, runtime.Shape{none, 2, 1}},
		{"Tile", `{"repeats": [1, 2, 2]}`, `[]`, runtime.Shape{none, 4, 6}},
		{"OneHot", `{"num_classes": 5}`, `[]`, runtime.Shape{none, 2, 3, 5}},
		{"GetItem", `{}`, `[[0]]`, runtime.Shape{2, 3}},
		{"Argmax", `{"axis": -1, "keepdims": true}`, `[]`, runtime.Shape{none, 2, 1}},
		{"Tensordot", `{"axes": [[2], [0]]}`, `[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]`, runtime.Shape{none, 2, 2}},
		{"Tensordot", `{"axes": 1}`, `[[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]]`, runtime.Shape{none, 2, 2}},
		{"Dot", `{}`, `[[1.0, 2.0, 3.0]]`, runtime.Shape{none, 2}},
		{"Einsum", `{"subscripts": "...ab->...ba"}`, `[]`, runtime.Shape{none, 3, 2}},
		{"Einsum", `{"subscripts": "abc"}`, `[]`, runtime.Shape{none, 2, 3}},
	} {
		got, err := callOperation(c.class, c.options, c.rest, runtime.Shape{none, 2, 3})
		require.NoError(t, err, "%s %s", c.class, c.options)
		require.Equal(t, c.want, got, "%s %s", c.class, c.options)
	}
}

func TestOperationErrors(t *testing.T) {
	for _, c := range []struct{ class, options, rest, want string }{
		{"Add", `{}`, `[]`, "Add: a tensor is missing"},
		{"Exp", `{"axis": 1}`, `[]`, "unknown option axis=1"},
		{"Sum", `{"axis": "last"}`, `[]`, `Sum: axis must be integers, received "last"`},
		{"Softmax", `{"axis": 7}`, `[]`, "Softmax: axis: wanted between -3 and 2, received 7"},
		{"Einsum", `{"subscripts": "abc,cd->ad"}`, `[]`, `equation "abc,cd->ad": wanted 2 operands, received 1`},
		{"Tensordot", `{"axes": 4}`, `[[1.0]]`, "Tensordot: axes must be at most the rank, received 4"},
		{"Norm", `{"ord": 3}`, `[]`, "Norm: norm with ord=3 of 3 axes"},
		{"Cholesky", `{}`, `[]`, "square matrices"},
		{"SVD", `{}`, `[]`, "wanted compute_uv=False"},
	} {
		_, err := callOperation(c.class, c.options, c.rest, runtime.Shape{runtime.Unknown, 2, 3})
		require.ErrorContains(t, err, c.want, "%s %s", c.class, c.options)
	}
}

// TestOperationsDoNotPanic gives every operation arguments that make no sense.
func TestOperationsDoNotPanic(t *testing.T) {
	values := []string{`null`, `0`, `-1`, `7`, `[]`, `[0, 0]`, `[-9]`, `[[1, 2], [3]]`, `"text"`, `true`, `1.5`, `[[-1, 1], [0, 0]]`}
	shapes := []runtime.Shape{{}, {runtime.Unknown}, {0}, {2, 3}, {runtime.Unknown, 3, 3}, {runtime.Unknown, runtime.Unknown, 2, 1}}
	for _, name := range layers.Names() {
		class, ok := strings.CutPrefix(name, "ops.")
		if !ok {
			continue
		}
		l, _ := layers.New(name)
		options := append([]string{""}, l.(*Operation).def.options...)
		for _, option := range options {
			for _, v := range values {
				config, rest := `{}`, `[`+v+`]`
				if option != "" {
					config, rest = `{"`+option+`": `+v+`}`, `[]`
				}
				for _, shape := range shapes {
					require.NotPanics(t, func() {
						_, _ = callOperation(class, config, rest, shape)
						_, _ = callOperation(class, config, `[2.5]`, shape)
					}, "%s %s %s on %s", class, config, rest, shape)
				}
			}
		}
	}
}
