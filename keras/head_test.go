package keras

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var headFormulas = map[Head]func(x float64) float64{
	ReLU:        func(x float64) float64 { return math.Max(x, 0) },
	Softplus:    func(x float64) float64 { return math.Log1p(math.Exp(x)) },
	Sigmoid:     func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	ShiftedTanh: func(x float64) float64 { return (math.Tanh(x) + 1) / 2 },
	Exp:         math.Exp,
	Square:      func(x float64) float64 { return x * x },
	Abs:         math.Abs,
	SoftAbs: func(x float64) float64 {
		if math.Abs(x) < 1 {
			return x * x / 2
		}
		return math.Abs(x) - 0.5
	},
}

func TestHeads(t *testing.T) {
	for _, file := range []string{"seed_k2.h5", "seed_k2.keras", "seed_k3.h5", "seed_k3.keras"} {
		m, err := Load("../testdata/models/seed/" + file)
		require.NoError(t, err)
		x := make([]float32, 52*7)
		for i := range x {
			x[i] = float32(math.Sin(float64(i * i)))
		}
		y := predict(t, m, x)
		for _, d := range Heads() {
			t.Run(file+"/"+string(d.Head), func(t *testing.T) {
				h, err := m.WithHead(d.Head)
				require.NoError(t, err)
				assert.Equal(t, m.Origin().Era, h.Origin().Era)
				require.Len(t, h.Weights(), len(m.Weights()))
				for i, got := range predict(t, h, x) {
					want := headFormulas[d.Head](math.Atanh(float64(y[i])))
					assert.InDelta(t, want, got, 1e-5*math.Max(1, math.Abs(want)))
				}
				again, err := h.WithHead(Softplus)
				require.NoError(t, err, "a head can be replaced by another")
				assert.InDelta(t, headFormulas[Softplus](math.Atanh(float64(y[0]))), predict(t, again, x)[0], 1e-5)
			})
		}
	}
}

func predict(t *testing.T, m *Model, x []float32) []float32 {
	t.Helper()
	p, err := m.Compile()
	require.NoError(t, err)
	y, err := p.Predict(x)
	require.NoError(t, err)
	return y
}

func TestHeadNeedsAnActivation(t *testing.T) {
	m, err := FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}},
		{"class_name": "Dense", "config": {"name": "d", "units": 1, "activation": "linear"}}]}}`))
	require.NoError(t, err)
	_, err = m.WithHead(ReLU)
	var none *NoActivationError
	require.ErrorAs(t, err, &none)
	assert.Contains(t, err.Error(), `"d" (Dense)`)
	h, err := m.AppendHead(SoftAbs)
	require.NoError(t, err)
	assert.Equal(t, []float32{0}, predict(t, h, []float32{1, 2, 3}))
	_, err = m.WithHead("gelu")
	require.ErrorContains(t, err, "head must be one of relu")
}

func TestHeadReplacesADenseActivation(t *testing.T) {
	m, err := FromConfig([]byte(`{"class_name": "Functional", "config": {"name": "f", "layers": [
		{"class_name": "InputLayer", "name": "x", "config": {"batch_shape": [null, 3], "dtype": "float32", "name": "x"}, "inbound_nodes": []},
		{"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2, "activation": "tanh"}, "inbound_nodes": [{"args": [
			{"class_name": "__keras_tensor__", "config": {"shape": [null, 3], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs": {}}]}],
		"input_layers": ["x", 0, 0], "output_layers": ["d", 0, 0]}}`))
	require.NoError(t, err)
	h, err := m.WithHead(Exp)
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 1}, predict(t, h, []float32{1, 2, 3}))
}
