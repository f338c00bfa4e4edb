package keras_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

// check holds a trial to the rules that all files must keep to. Under the
// fuzzer all takes longer.
func check(t *testing.T, r trial.Report, size int) {
	r.Load, r.Total = r.Load/5, r.Total/5
	if what := r.Violation(int64(size)); what != "" {
		t.Fatal(what)
	}
}

// small are fixtures and hostile files for the fuzzer to start from.
func small(f *testing.F) [][]byte {
	files := spread(f, 40)
	hostile, err := filepath.Glob("../testdata/hostile/*")
	require.NoError(f, err)
	var out [][]byte
	for _, path := range append(files, hostile...) {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		if len(data) < 30_000 {
			out = append(out, data)
		}
	}
	return out
}

// Whatever the bytes, a file loads, compiles and predicts or ends in an error.
func FuzzRead(f *testing.F) {
	for _, data := range small(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, trial.File(data), len(data)) })
}

// The same for the members of an archive, whose sums always fit.
func FuzzArchive(f *testing.F) {
	for _, data := range small(f) {
		if config, weights := members(data); config != nil {
			f.Add(config, weights)
		}
	}
	f.Fuzz(func(t *testing.T, config, weights []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, data := range map[string][]byte{"config.json": config, "model.weights.h5": weights} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			require.NoError(t, err)
			_, err = w.Write(data)
			require.NoError(t, err)
		}
		require.NoError(t, z.Close())
		check(t, trial.File(b.Bytes()), b.Len())
	})
}

func members(archive []byte) (config, weights []byte) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, nil
	}
	read := func(name string) []byte {
		r, err := z.Open(name)
		if err != nil {
			return nil
		}
		defer r.Close()
		data, _ := io.ReadAll(r)
		return data
	}
	return read("config.json"), read("model.weights.h5")
}

// A configuration alone, with weights of zeros.
func FuzzFromConfig(f *testing.F) {
	for _, data := range small(f) {
		if config, _ := members(data); config != nil && len(config) < 30_000 {
			f.Add(string(config))
		} else if m, err := keras.Read(bytes.NewReader(data), int64(len(data))); err == nil {
			f.Add(string(m.Origin().Config))
		}
	}
	f.Add(one(`[null, 4]`, "Dense", `"units": 2`))
	// Keras 1, with the layer that it had for merging.
	f.Add(`{"class_name": "Sequential", "config": [{"class_name": "Merge", "config": {"mode": "sum", "layers": [{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"output_dim": 2, "init": "one", "batch_input_shape": [null, 2]}}]}]}}]}`)
	// Operations, told from layers by their module.
	f.Add(`{"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 3, 2]}, "inbound_nodes": []},
		{"class_name": "Add", "module": "keras.src.ops.numpy", "name": "a", "config": {"name": "a"}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}, 2], "kwargs": {}}]},
		{"class_name": "GetItem", "module": "keras.src.ops.numpy", "name": "g", "config": {"name": "g"}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}},
		[{"class_name": "__ellipsis__", "config": {}}, {"class_name": "__slice__", "config": {"start": 0, "stop": null, "step": 2}}, null]], "kwargs": {}}]}], "input_layers": ["x", 0, 0], "output_layers": ["g", 0, 0]}}`)
	// Functions of TensorFlow, in a model of Keras 2.
	// x ** 2 by Python 3.8, in the two forms of Keras 2 and 3
	f.Add(`{"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 3]}},
		{"class_name": "Lambda", "config": {"name": "l", "function": ["4wEAAAAAAAAAAAAAAAEAAAACAAAAQwAAAHMIAAAAfABkARMAUwApAk7pAgAAAKkAKQHaAXhyAgAAAHICAAAA+ghtb2RlbC5wedoIPGxhbWJkYT4BAAAA8wAAAAA=\n", null, null], "function_type": "lambda", "arguments": {}}},
		{"class_name": "Lambda", "config": {"name": "k", "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAAAAAAAAEAAAACAAAAQwAAAHMIAAAAfABkARMAUwApAk7pAgAAAKkAKQHaAXhyAgAAAHICAAAA+ghtb2RlbC5wedoIPGxhbWJkYT4BAAAA8wAAAAA=", "defaults": null, "closure": null}}}}]}}`)
	f.Add(`{"class_name": "Functional", "keras_version": "2.9.0", "config": {"layers": [{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 8, 4]}, "name": "x", "inbound_nodes": []},
		{"class_name": "Bidirectional", "config": {"name": "b", "layer": {"class_name": "LSTM", "config": {"units": 2}}}, "name": "b", "inbound_nodes": [[["x", 0, 0, {}]]]},
		{"class_name": "TFOpLambda", "config": {"name": "t", "function": "math.reduce_mean"}, "name": "t", "inbound_nodes": [["b", 0, 0, {"axis": 1}]]}], "input_layers": [["x", 0, 0]], "output_layers": [["t", 0, 0]]}}`)
	f.Fuzz(func(t *testing.T, config string) { check(t, trial.Config([]byte(config)), len(config)) })
}

// Weights from any bytes onto a model that is sound.
func FuzzReadWeights(f *testing.F) {
	for _, data := range small(f) {
		f.Add(data)
		if _, weights := members(data); weights != nil {
			f.Add(weights)
		}
	}
	m, err := keras.FromConfig([]byte(strings.Replace(one(`[null, 4]`, "Dense", `"units": 2`), `"l"`, `"d"`, 1)))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, options := range [][]keras.LoadOption{{keras.WithLimits(trial.Limits())}, {keras.WithLimits(trial.Limits()), keras.ByName()}} {
			if _, err := m.ReadWeights(bytes.NewReader(data), int64(len(data)), options...); err != nil {
				require.NotEmpty(t, trial.Kind(err), "%T %v", err, err)
			}
		}
	})
}
