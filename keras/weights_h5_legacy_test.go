package keras

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/layers"
)

// storedArray is an array of a test file; its elements count up from 1, and from
// 1000 more in each array.
type storedArray struct {
	name  string
	shape []int
}

type storedLayer struct {
	name   string
	arrays []storedArray
}

// legacyH5 writes a file as Keras 1 and 2 do.
func legacyH5(t *testing.T, attrs map[string]string, stored ...storedLayer) []byte {
	t.Helper()
	root := &hdf5.GroupNode{}
	for _, k := range layers.SortedKeys(attrs) {
		root.SetAttr(k, hdf5.ASCII(attrs[k]))
	}
	g := root
	if attrs["model_config"] != "" {
		g = root.Group("model_weights")
	}
	var names []string
	n := 0
	for _, l := range stored {
		names = append(names, l.name)
		group, weights := g.Group(l.name), []string{}
		for _, a := range l.arrays {
			weights = append(weights, a.name)
			at, steps := group, strings.Split(a.name, "/")
			for _, s := range steps[:len(steps)-1] {
				at = at.Group(s)
			}
			at.AddDataset(steps[len(steps)-1], floats(1000*n+1, a.shape))
			n++
		}
		group.SetAttr("weight_names", hdf5.FixedList(weights))
	}
	g.SetAttr("layer_names", hdf5.FixedList(names))
	var b bytes.Buffer
	require.NoError(t, hdf5.Write(&b, root))
	return b.Bytes()
}

// floats is a dataset that counts up from first.
func floats(first int, shape []int) *hdf5.DatasetNode {
	n := 1
	for _, d := range shape {
		n *= d
	}
	raw := make([]byte, 0, 4*n)
	for i := range n {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(first+i)))
	}
	return &hdf5.DatasetNode{Value: hdf5.Value{Type: hdf5.Datatype{Class: hdf5.ClassFloat, Size: 4, Format: "float32"}, Shape: shape, Raw: raw}}
}

// at is the element of a counting array at a place.
func at(array int, shape []int, place ...int) float32 {
	i := 0
	for a, p := range place {
		i = i*shape[a] + p
	}
	return float32(1000*array + 1 + i)
}

func sequential(version, backend, layers string) map[string]string {
	attrs := map[string]string{"model_config": `{"class_name": "Sequential", "config": [` + layers + `]}`}
	if version != "" {
		attrs["keras_version"] = version
	}
	if backend != "" {
		attrs["backend"] = backend
	}
	return attrs
}

func loadBytes(t *testing.T, file []byte) *Model {
	t.Helper()
	m, err := Read(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	return m
}

// expect compares a weight with a formula of its place.
func expect(t *testing.T, w Weight, want func(p []int) float32) {
	t.Helper()
	place := make([]int, len(w.Shape))
	for i, x := range w.Value.Float32s() {
		rest := i
		for a := len(place) - 1; a >= 0; a-- {
			place[a] = rest % w.Shape[a]
			rest /= w.Shape[a]
		}
		require.Equal(t, want(place), x, "%s%v", w.Name, place)
	}
}

func TestKernelsOfKeras1(t *testing.T) {
	const conv2D = `{"class_name": "Convolution2D", "config": {"name": "c", "nb_filter": 5, "nb_row": 2, "nb_col": 3, "bias": false,
		"border_mode": "same", "subsample": [1, 1], "dim_ordering": "%s", "batch_input_shape": [null, %s]}}`
	const conv1D = `{"class_name": "Convolution1D", "config": {"name": "c", "nb_filter": 5, "filter_length": 3, "bias": false,
		"border_mode": "valid", "subsample_length": 1, "batch_input_shape": [null, 9, 4]}}`
	for name, test := range map[string]struct {
		layer string
		array storedArray
		want  func(s []int, p []int) float32
	}{
		"tensorflow": {fmt.Sprintf(conv2D, "tf", "8, 8, 4"), storedArray{"c_W:0", []int{2, 3, 4, 5}},
			func(s, p []int) float32 { return at(0, s, p...) }},
		"theano, channels first": {fmt.Sprintf(conv2D, "th", "4, 8, 8"), storedArray{"c_W", []int{5, 4, 2, 3}},
			func(s, p []int) float32 { return at(0, s, p[3], p[2], 1-p[0], 2-p[1]) }},
		"theano, channels last": {fmt.Sprintf(conv2D, "tf", "8, 8, 4"), storedArray{"c_W", []int{2, 3, 4, 5}},
			func(s, p []int) float32 { return at(0, s, 1-p[0], 2-p[1], p[2], p[3]) }},
		"tensorflow, channels first": {fmt.Sprintf(conv2D, "th", "4, 8, 8"), storedArray{"c_W:0", []int{5, 4, 2, 3}},
			func(s, p []int) float32 { return at(0, s, p[3], p[2], p[0], p[1]) }},
		"1.2, one axis": {conv1D, storedArray{"c_W:0", []int{3, 1, 4, 5}},
			func(s, p []int) float32 { return at(0, s, p[0], 0, p[1], p[2]) }},
		"1.1, one axis": {conv1D, storedArray{"c_W:0", []int{5, 4, 3, 1}},
			func(s, p []int) float32 { return at(0, s, p[2], p[1], p[0], 0) }},
		"1.2, one axis, theano": {conv1D, storedArray{"c_W", []int{3, 1, 4, 5}},
			func(s, p []int) float32 { return at(0, s, 2-p[0], 0, p[1], p[2]) }},
	} {
		t.Run(name, func(t *testing.T) {
			m := loadBytes(t, legacyH5(t, sequential("1.2.2", "", test.layer), storedLayer{"c", []storedArray{test.array}}))
			expect(t, m.weights[0], func(p []int) float32 { return test.want(test.array.shape, p) })
		})
	}
}

func TestGatesOfKeras1(t *testing.T) {
	arrays := func(prefix, gates string, in, units int) (out []storedArray) {
		for _, g := range gates {
			out = append(out, storedArray{fmt.Sprintf("%sW_%c:0", prefix, g), []int{in, units}},
				storedArray{fmt.Sprintf("%sU_%c:0", prefix, g), []int{units, units}},
				storedArray{fmt.Sprintf("%sb_%c:0", prefix, g), []int{units}})
		}
		return out
	}
	// gate g of ours is gate order[g] of the file, whose arrays are W, U, b.
	check := func(t *testing.T, weights []Weight, first int, order []int) {
		for k, shape := range [][]int{{3, 2}, {2, 2}, {2}} {
			expect(t, weights[k], func(p []int) float32 {
				last := p[len(p)-1]
				return at(first+3*order[last/2]+k, shape, append(p[:len(p)-1:len(p)-1], last%2)...)
			})
		}
	}
	const options = `"output_dim": 2, "init": "glorot_uniform", "inner_init": "orthogonal", "activation": "tanh", "inner_activation": "hard_sigmoid", "consume_less": "cpu"`
	t.Run("LSTM", func(t *testing.T) {
		layer := `{"class_name": "LSTM", "config": {"name": "l", "forget_bias_init": "one", "batch_input_shape": [null, 7, 3], ` + options + `}}`
		m := loadBytes(t, legacyH5(t, sequential("1.2.2", "", layer), storedLayer{"l", arrays("l_", "icfo", 3, 2)}))
		check(t, m.weights, 0, []int{0, 2, 1, 3})
	})
	t.Run("GRU", func(t *testing.T) {
		layer := `{"class_name": "GRU", "config": {"name": "l", "batch_input_shape": [null, 7, 3], ` + options + `}}`
		m := loadBytes(t, legacyH5(t, sequential("1.2.2", "", layer), storedLayer{"l", arrays("l_", "zrh", 3, 2)}))
		check(t, m.weights, 0, []int{0, 1, 2})
	})
	t.Run("Bidirectional", func(t *testing.T) {
		layer := `{"class_name": "Bidirectional", "config": {"name": "b", "merge_mode": "concat", "batch_input_shape": [null, 7, 3],
			"layer": {"class_name": "LSTM", "config": {"name": "l", "forget_bias_init": "one", ` + options + `}}}}`
		m := loadBytes(t, legacyH5(t, sequential("1.2.2", "", layer),
			storedLayer{"b", append(arrays("forward_l_", "icfo", 3, 2), arrays("backward_l_", "icfo", 3, 2)...)}))
		check(t, m.weights[:3], 0, []int{0, 2, 1, 3})
		check(t, m.weights[3:], 12, []int{0, 2, 1, 3})
	})
}

func TestMergedModelsOfKeras1(t *testing.T) {
	branch := func(name string) string {
		return `{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "` + name + `", "output_dim": 4, "init": "uniform",
			"activation": "relu", "batch_input_shape": [null, 3], "input_dtype": "float32", "W_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01}}}]}`
	}
	layers := `{"class_name": "Merge", "config": {"name": "m", "mode": "concat", "concat_axis": -1, "dot_axes": -1, "layers": [` + branch("a") + `,` + branch("b") + `]}},
		{"class_name": "Dense", "config": {"name": "c", "output_dim": 1, "init": "uniform", "activation": "linear"}}`
	dense := func(name string, in, out int) storedLayer {
		return storedLayer{name, []storedArray{{name + "_W", []int{in, out}}, {name + "_b", []int{out}}}}
	}
	m := loadBytes(t, legacyH5(t, sequential("1.0.8", "", layers), dense("a", 3, 4), dense("b", 3, 4), dense("c", 8, 1)))
	require.Len(t, m.Inputs(), 2)
	assert.Equal(t, "a_input", m.Inputs()[0].Name)
	assert.Equal(t, "float32(None, 1)", m.Outputs()[0].Type.String())
	require.Len(t, m.weights, 6)
	for i, w := range m.weights {
		expect(t, w, func(p []int) float32 { return at(i, w.Shape, p...) })
	}
	assert.Equal(t, 0.01, m.weights[0].Regularizer.L2)
}

func TestCuDNNWeights(t *testing.T) {
	const in, units = 3, 2
	for class, gates := range map[string]int{"CuDNNLSTM": 4, "CuDNNGRU": 3} {
		t.Run(class, func(t *testing.T) {
			layer := `{"class_name": "` + class + `", "config": {"name": "l", "units": 2, "return_sequences": false, "batch_input_shape": [null, 7, 3]}}`
			shapes := [][]int{{in, gates * units}, {units, gates * units}, {2 * gates * units}}
			m := loadBytes(t, legacyH5(t, sequential("2.2.4", "tensorflow", layer),
				storedLayer{"l", []storedArray{{"l/kernel:0", shapes[0]}, {"l/recurrent_kernel:0", shapes[1]}, {"l/bias:0", shapes[2]}}}))
			// Element (i, j) of a gate's kernel is element j*in+i of its memory.
			expect(t, m.weights[0], func(p []int) float32 {
				g, k := p[1]/units, p[1]%units*in+p[0]
				return at(0, shapes[0], k/units, g*units+k%units)
			})
			expect(t, m.weights[1], func(p []int) float32 { return at(1, shapes[1], p[1]%units, p[1]/units*units+p[0]) })
			expect(t, m.weights[2], func(p []int) float32 {
				if class == "CuDNNGRU" {
					return at(2, shapes[2], p[0]*gates*units+p[1])
				}
				return at(2, shapes[2], p[0]) + at(2, shapes[2], gates*units+p[0])
			})
		})
	}
}

func TestTheanoKernelsOfKeras2(t *testing.T) {
	layer := `{"class_name": "Conv2D", "config": {"name": "c", "filters": 5, "kernel_size": [2, 3], "use_bias": false, "data_format": "channels_first", "batch_input_shape": [null, 4, 8, 8]}}`
	shape := []int{2, 3, 4, 5}
	for backend, flipped := range map[string]bool{"theano": true, "tensorflow": false, "cntk": false} {
		m := loadBytes(t, legacyH5(t, sequential("2.0.8", backend, layer), storedLayer{"c", []storedArray{{"c/kernel:0", shape}}}))
		expect(t, m.weights[0], func(p []int) float32 {
			if flipped {
				return at(0, shape, 1-p[0], 2-p[1], p[2], p[3])
			}
			return at(0, shape, p...)
		})
	}
}

const nested = `{"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "outer", "layers": [
	{"class_name": "Sequential", "config": {"name": "inner", "layers": [
		{"class_name": "Dense", "config": {"name": "d1", "units": 4, "batch_input_shape": [null, 4]}},
		{"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [1], "trainable": %s}},
		{"class_name": "Dense", "config": {"name": "d2", "units": 4}}]}}]}}`

// TestOrderOfNestedWeights holds the order in which Keras 2 writes the weights
// of a model in a model, which depends on what was trainable.
func TestOrderOfNestedWeights(t *testing.T) {
	orders := map[string][]string{
		"true":  {"d1/kernel", "d1/bias", "bn/gamma", "bn/beta", "d2/kernel", "d2/bias", "bn/moving_mean", "bn/moving_variance"},
		"false": {"d1/kernel", "d1/bias", "d2/kernel", "d2/bias", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"},
	}
	for trainable, order := range orders {
		for _, known := range []bool{true, false} { // by name, or by order alone
			l := storedLayer{name: "inner"}
			shapes := map[string][]int{"kernel": {4, 4}}
			for i, name := range order {
				shape := shapes[baseName(name)]
				if shape == nil {
					shape = []int{4}
				}
				if !known {
					name = fmt.Sprint("variable_", i)
				}
				l.arrays = append(l.arrays, storedArray{name + ":0", shape})
			}
			m, err := FromConfig([]byte(fmt.Sprintf(nested, trainable)))
			require.NoError(t, err)
			file := legacyH5(t, map[string]string{"keras_version": "2.4.0"}, l)
			m, err = m.ReadWeights(bytes.NewReader(file), int64(len(file)))
			require.NoError(t, err)
			for i, name := range order {
				for _, w := range m.weights {
					if strings.TrimPrefix(w.Layer, "inner/")+"/"+w.Name == name {
						assert.Equal(t, at(i, nil), w.Value.Float32s()[0], "%s, by name: %v", name, known)
					}
				}
			}
		}
	}
}

func TestWeightsOnto(t *testing.T) {
	dense := func(name string, in, out int) storedLayer {
		return storedLayer{name, []storedArray{{name + "/kernel:0", []int{in, out}}, {name + "/bias:0", []int{out}}}}
	}
	m, err := FromConfig([]byte(twoDense))
	require.NoError(t, err)
	read := func(file []byte, opts ...LoadOption) (*Model, error) {
		return m.ReadWeights(bytes.NewReader(file), int64(len(file)), opts...)
	}
	other, err := read(legacyH5(t, nil, dense("x", 3, 4), storedLayer{name: "dropout"}, dense("y", 4, 2)))
	require.NoError(t, err, "by order")
	assert.Equal(t, at(2, nil), other.weights[2].Value.Float32s()[0])
	assert.Zero(t, m.weights[2].Value.Float32s()[0], "the model itself stays as it was")

	other, err = read(legacyH5(t, nil, dense("b", 4, 2)), ByName())
	require.NoError(t, err)
	assert.Equal(t, at(0, nil), other.weights[2].Value.Float32s()[0])
	assert.Zero(t, other.weights[0].Value.Float32s()[0])

	_, err = read(legacyH5(t, nil, dense("x", 3, 4)))
	require.ErrorContains(t, err, "layers with weights: wanted 2 (a, b), received 1 (x)")
	_, err = read(legacyH5(t, nil, dense("a", 3, 5), dense("b", 4, 2)))
	var f *FormatError
	require.ErrorAs(t, err, &f)
	assert.Equal(t, `weights: /a/a/kernel:0: layer "a" kernel: shape wanted (3, 4), received (3, 5)`, err.Error())
}

func TestSplitNames(t *testing.T) {
	root := &hdf5.GroupNode{}
	root.SetAttr("layer_names0", hdf5.FixedList([]string{"a"}))
	root.SetAttr("layer_names1", hdf5.FixedList([]string{"b"}))
	for _, name := range []string{"a", "b"} {
		g := root.Group(name)
		g.SetAttr("weight_names0", hdf5.ASCIIList([]string{name + "/kernel:0"}))
		g.SetAttr("weight_names1", hdf5.ASCIIList([]string{name + "/bias:0"}))
		in, out := 3, 4
		if name == "b" {
			in, out = 4, 2
		}
		g.Group(name).AddDataset("kernel:0", floats(1, []int{in, out}))
		g.Group(name).AddDataset("bias:0", floats(1, []int{out}))
	}
	var b bytes.Buffer
	require.NoError(t, hdf5.Write(&b, root))
	m, err := FromConfig([]byte(twoDense))
	require.NoError(t, err)
	m, err = m.ReadWeights(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	assert.Equal(t, float32(8), m.weights[2].Value.Float32s()[7])
}

func TestBackendOfKeras1(t *testing.T) {
	layer := `{"class_name": "Dense", "config": {"name": "d", "output_dim": 2, "init": "uniform", "batch_input_shape": [null, 3]}}`
	for suffix, backend := range map[string]string{":0": "tensorflow", "": "theano"} {
		m := loadBytes(t, legacyH5(t, sequential("", "", layer), storedLayer{"d", []storedArray{{"d_W" + suffix, []int{3, 2}}, {"d_b" + suffix, []int{2}}}}))
		assert.Equal(t, 1, m.origin.Era, "a file without a version is of Keras 1 if it reads so")
		assert.Equal(t, backend, m.origin.Backend)
	}
}
