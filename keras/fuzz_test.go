package keras

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// small bounds what fuzzing may ask for, so that a run of it stays quick.
var small = WithLimits(Limits{FileBytes: 1 << 20, ConfigBytes: 1 << 20, WeightBytes: 1 << 22, ZipBytes: 1 << 22, Layers: 500, Nodes: 2000})

// checkError holds that an error is of this package and that it came soon.
func checkError(t *testing.T, err error, since time.Time) {
	t.Helper()
	var (
		f *FormatError
		u *UnsupportedError
		l *LimitError
	)
	if err != nil && !errors.As(err, &f) && !errors.As(err, &u) && !errors.As(err, &l) {
		t.Fatalf("an error of type %T: %v", err, err)
	}
	if d := time.Since(since); d > 5*time.Second {
		t.Fatalf("took %v", d)
	}
}

func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"Dense_linear_*", "Functional_dict_*", "LSTM_plain_*", "Sequential_frozen_middle_*", "BatchNormalization_rank2_*"} {
		files, _ := filepath.Glob("../testdata/models/layers/" + pattern)
		for _, name := range files {
			if ext := filepath.Ext(name); ext == ".h5" || ext == ".keras" {
				data, err := os.ReadFile(name)
				if err != nil {
					f.Fatal(err)
				}
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		_, err := Read(bytes.NewReader(data), int64(len(data)), small)
		checkError(t, err, start)
	})
}

func FuzzFromConfig(f *testing.F) {
	f.Add(twoDense)
	f.Add(threeDense)
	f.Add(`{"class_name": "Functional", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 3, 2]}, "inbound_nodes": []},
		{"class_name": "Add", "module": "keras.src.ops.numpy", "name": "a", "config": {"name": "a"}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}, 2], "kwargs": {}}]},
		{"class_name": "GetItem", "module": "keras.src.ops.numpy", "name": "g", "config": {"name": "g"}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}},
		[{"class_name": "__ellipsis__", "config": {}}, {"class_name": "__slice__", "config": {"start": 0, "stop": null, "step": 2}}, null]], "kwargs": {}}]}], "input_layers": ["x", 0, 0], "output_layers": ["g", 0, 0]}}`)
	f.Add(`{"class_name": "Sequential", "config": [{"class_name": "Merge", "config": {"mode": "sum", "layers": [{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"output_dim": 2, "init": "one", "batch_input_shape": [null, 2]}}]}]}}]}`)
	f.Add(`{"class_name": "Functional", "keras_version": "2.9.0", "config": {"layers": [{"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 8, 4]}, "name": "x", "inbound_nodes": []},
		{"class_name": "Bidirectional", "config": {"name": "b", "layer": {"class_name": "LSTM", "config": {"units": 2}}}, "name": "b", "inbound_nodes": [[["x", 0, 0, {}]]]},
		{"class_name": "TFOpLambda", "config": {"name": "t", "function": "math.reduce_mean"}, "name": "t", "inbound_nodes": [["b", 0, 0, {"axis": 1}]]}], "input_layers": [["x", 0, 0]], "output_layers": [["t", 0, 0]]}}`)
	f.Fuzz(func(t *testing.T, config string) {
		start := time.Now()
		m, err := FromConfig([]byte(config), small)
		checkError(t, err, start)
		if err == nil {
			_, err = m.Compile(Threads(1))
			_ = err
		}
	})
}
