package keras

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/core"
	"github.com/kerasrun/kerasrun/runtime"
)

// lambdaCase is a function of testdata/lambda/cases.json: what Keras answers.
type lambdaCase struct {
	Defaults        any
	Refused         string
	Inputs, Outputs []struct {
		Shape []int
		Data  []float32
	}
}

func readLambdas(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../testdata/lambda", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

// lambdaModel is the configuration, as Keras 2.15 writes it, of a Lambda on one
// or two inputs.
func lambdaModel(code string, defaults any, inputs int) []byte {
	function, _ := json.Marshal([]any{code, defaults, nil})
	var specs, refs, nodes []string
	for i := range inputs {
		specs = append(specs, fmt.Sprintf(`{"class_name": "InputLayer", "name": "x%d", "config": {"name": "x%d", "batch_input_shape": [null, 3, 4], "dtype": "float32"}, "inbound_nodes": []}`, i, i))
		refs = append(refs, fmt.Sprintf(`["x%d", 0, 0]`, i))
		nodes = append(nodes, fmt.Sprintf(`["x%d", 0, 0, {}]`, i))
	}
	return fmt.Appendf(nil, `{"class_name": "Functional", "keras_version": "2.15.0", "config": {"name": "m", "layers": [%s,
		{"class_name": "Lambda", "name": "l", "config": {"name": "l", "trainable": true, "dtype": "float32", "function": %s, "function_type": "lambda",
			"module": "__main__", "output_shape": null, "output_shape_type": "raw", "output_shape_module": null, "arguments": {}}, "inbound_nodes": [[%s]]}],
		"input_layers": [%s], "output_layers": [["l", 0, 0]]}}`, strings.Join(specs, ","), function, strings.Join(nodes, ","), strings.Join(refs, ","))
}

// TestLambdas: functions of every Python compute what Keras computes.
func TestLambdas(t *testing.T) {
	var cases map[string]lambdaCase
	readLambdas(t, "cases.json", &cases)
	files, err := filepath.Glob("../testdata/lambda/py*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 9)
	for _, file := range files {
		var codes map[string]string
		readLambdas(t, filepath.Base(file), &codes)
		for name, c := range cases {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				m, err := FromConfig(lambdaModel(codes[name], c.Defaults, max(1, len(c.Inputs))))
				if name == "shape" { // here it is known
					require.NoError(t, err)
					assert.Equal(t, runtime.Shape{-1, 12}, m.Outputs()[0].Shape)
					return
				}
				if c.Refused != "" {
					var unsupported *UnsupportedError
					require.ErrorAs(t, err, &unsupported)
					assert.Contains(t, err.Error(), `"Lambda:l"`)
					assert.Contains(t, err.Error(), c.Refused)
					return
				}
				require.NoError(t, err)
				if strings.Contains(file, "py2") && name == "constants" { // Python 2 divides integers
					return
				}
				checkLambda(t, m, c)
				modern, err := m.Modernize()
				require.NoError(t, err)
				assert.NotContains(t, string(modern.Origin().Config), "Lambda")
				checkLambda(t, modern, c)
			})
		}
	}
}

func checkLambda(t *testing.T, m *Model, c lambdaCase) {
	t.Helper()
	p, err := m.Compile()
	require.NoError(t, err)
	var in []*runtime.Tensor
	for _, x := range c.Inputs {
		v, err := runtime.TensorOf(x.Data, x.Shape...)
		require.NoError(t, err)
		in = append(in, v)
	}
	out, err := p.RunAll(t.Context(), in)
	require.NoError(t, err)
	want := c.Outputs[0]
	require.Equal(t, runtime.Shape(want.Shape), out[0].Shape())
	for i, x := range want.Data {
		assert.InDelta(t, x, out[0].Float32s()[i], 1e-6+1e-5*math.Abs(float64(x)), "element %d", i)
	}
}

// TestSequentialLambda: codecs and call forms of old files, and saving.
func TestSequentialLambda(t *testing.T) {
	// Python 3.5 in raw_unicode_escape, as Keras 1.2 wrote it: x / 255 - 0.5.
	config := `{"class_name": "Sequential", "keras_version": "1.2.1", "config": [{"class_name": "Lambda", "config": {"arguments": {}, "batch_input_shape": [null, 2],
		"input_dtype": "float32", "output_shape_type": "raw", "name": "lambda_1", "output_shape": null, "function_type": "lambda", "trainable": true,
		"function": ["\u00e3\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0002\u0000\u0000\u0000S\u0000\u0000\u0000s\f\u0000\u0000\u0000|\u0000\u0000d\u0001\u0000\u001bd\u0002\u0000\u0018S)\u0003N\u00e9\u00ff\u0000\u0000\u0000g\u0000\u0000\u0000\u0000\u0000\u0000\u00e0?\u00a9\u0000)\u0001\u00da\u0001xr\u0002\u0000\u0000\u0000r\u0002\u0000\u0000\u0000\u00fa\bmodel.py\u00da\b<lambda>\u00e9\u0000\u0000\u0000\u00f3\u0000\u0000\u0000\u0000", null, null]}}]}`
	m, err := FromConfig([]byte(config))
	require.NoError(t, err)
	p, err := m.Compile()
	require.NoError(t, err)
	y, err := p.Predict([]float32{255, 0})
	require.NoError(t, err)
	assert.Equal(t, []float32{0.5, -0.5}, y)
	l, ok := m.Root().Layers()[1].(*core.Lambda)
	require.True(t, ok)
	assert.Equal(t, "x / 255 - 0.5", l.Formula)
}

// TestLambdaForms: what a Lambda's configuration may hold besides the code.
func TestLambdaForms(t *testing.T) {
	var codes map[string]string
	readLambdas(t, "py3.8.json", &codes)
	model := func(lambda string) []byte {
		return []byte(`{"class_name": "Sequential", "config": {"name": "m", "layers": [
			{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3, 4], "dtype": "float32"}}, ` + lambda + `]}, "keras_version": "3.3.3"}`)
	}
	for name, c := range map[string]struct{ config, says string }{
		"object":       {`"function": {"class_name": "__lambda__", "config": {"code": "` + codes["keywords"] + `", "defaults": [2.0, 1.0], "closure": null}}, "arguments": {"scale": 3.0}`, ""},
		"list":         {`"function": ["` + codes["keywords"] + `", [2.0, 1.0], null], "function_type": "lambda", "arguments": {"shift": -1}`, ""},
		"no default":   {`"function": ["` + codes["keywords"] + `", null, null], "arguments": {}`, "the argument scale is missing"},
		"by name":      {`"function": "swish_of_mine", "function_type": "function"`, "only the name of its function, swish_of_mine"},
		"by name in 3": {`"function": {"class_name": "function", "config": "mine", "module": "builtins", "registered_name": "function"}`, "only the name of its function, mine"},
		"mask":         {`"function": ["` + codes["scale"] + `", null, null], "mask": ["` + codes["scale"] + `", null, null]`, "a mask of its own"},
		"nothing":      {`"function": 7`, "none that Keras writes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := FromConfig(model(`{"class_name": "Lambda", "config": {"name": "l", "trainable": true, ` + c.config + `}}`))
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			var unsupported *UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			assert.Contains(t, err.Error(), c.says)
		})
	}
}

// TestWrappedLambdaHasNoShape: what stands before a wrapper says nothing of what
// the layer inside is called on.
func TestWrappedLambdaHasNoShape(t *testing.T) {
	var codes map[string]string
	readLambdas(t, "py3.8.json", &codes)
	_, err := FromConfig([]byte(`{"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "m", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 5, 3, 4], "dtype": "float32"}},
		{"class_name": "TimeDistributed", "config": {"name": "t", "layer": {"class_name": "Lambda", "config": {"name": "l", "function": ["` + codes["shape"] + `", null, null], "function_type": "lambda"}}}}]}}`))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "asks for a shape")
}

type halved struct{ layers.Common }

func (*halved) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	return layers.One(c.Mul(in[0].Value, c.Scalar(0.5)))
}

// TestRegisteredLambda: a Go implementation goes before what the code says.
func TestRegisteredLambda(t *testing.T) {
	layers.Register("Lambda:l_of_test", func() layers.Layer { return &halved{} })
	var codes map[string]string
	readLambdas(t, "py3.8.json", &codes)
	config := strings.ReplaceAll(string(lambdaModel(codes["triple"], nil, 1)), `"l"`, `"l_of_test"`)
	m, err := FromConfig([]byte(config))
	require.NoError(t, err)
	p, err := m.Compile()
	require.NoError(t, err)
	y, err := p.Predict([]float32{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2})
	require.NoError(t, err)
	assert.Equal(t, float32(1), y[0])
}

// TestLambdasOfFiles: saved, a Lambda is what it was in the file; modernized, a
// model has no Lambda and answers the same.
func TestLambdasOfFiles(t *testing.T) {
	files, err := filepath.Glob("../testdata/models/layers/Lambda_*")
	require.NoError(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, ".npz") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			m, err := Load(path)
			require.NoError(t, err)
			var b bytes.Buffer
			require.NoError(t, m.Write(&b, m.Origin().Format))
			again, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
			require.NoError(t, err)
			assert.Equal(t, codesOf(t, m.Origin().Config), codesOf(t, again.Origin().Config))
			modern, err := m.Modernize()
			require.NoError(t, err)
			assert.Empty(t, codesOf(t, modern.Origin().Config))
			b.Reset()
			require.NoError(t, modern.Write(&b, FormatKeras))
			modern, err = Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
			require.NoError(t, err)
			assert.Equal(t, answersOnOnes(t, m), answersOnOnes(t, modern))
		})
	}
}

// codesOf lists the functions of the Lambdas in a configuration.
func codesOf(t *testing.T, config []byte) (out []any) {
	v, err := parseJSON(config, DefaultLimits())
	require.NoError(t, err)
	var walk func(v any)
	walk = func(v any) {
		m, _ := v.(map[string]any)
		if c, ok := m["config"].(map[string]any); ok && m["class_name"] == "Lambda" {
			out = append(out, c["function"])
			return
		}
		for _, k := range layers.SortedKeys(m) {
			walk(m[k])
		}
		list, _ := v.([]any)
		for _, e := range list {
			walk(e)
		}
	}
	walk(v)
	return out
}

func answersOnOnes(t *testing.T, m *Model) (out [][]float32) {
	p, err := m.Compile()
	require.NoError(t, err)
	var in []*runtime.Tensor
	for _, port := range m.Inputs() {
		shape := append([]int{2}, port.Shape[1:]...)
		x, err := runtime.NewTensor(port.DType, shape...)
		require.NoError(t, err)
		for i := range x.Float32s() {
			x.Float32s()[i] = float32(i%7) / 4
		}
		in = append(in, x)
	}
	y, err := p.RunAll(t.Context(), in)
	require.NoError(t, err)
	for _, v := range y {
		out = append(out, v.Float32s())
	}
	return out
}
