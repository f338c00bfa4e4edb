package lab_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/runtime"
)

func answers(t *testing.T, m *keras.Model, x []float32) []float32 {
	t.Helper()
	p, err := m.Compile()
	require.NoError(t, err)
	y, err := p.Predict(x)
	require.NoError(t, err)
	return y
}

// Where the new head is the old one of other weights the answers stay as they are.
func TestMatchIsExactWhereItCanBe(t *testing.T) {
	x := rows(t, 300, positive).X
	m := small(t, "sigmoid")
	before := answers(t, m, x[0].Float32s())
	for _, o := range []keras.HeadOptions{
		{Head: keras.ShiftedTanh},
		{Head: keras.Sigmoid, Range: [2]float64{0, 1}},
	} {
		h, r, err := lab.Match(t.Context(), m, o, x)
		require.NoError(t, err)
		assert.Equal(t, 300, r.Used)
		assert.Less(t, r.After, 1e-6, "%v, %v before", o, r.Before)
		for i, v := range answers(t, h, x[0].Float32s()) {
			assert.InDelta(t, before[i], v, 5e-6)
		}
	}
	relu := small(t, "relu")
	for _, head := range []keras.Head{keras.Abs, keras.ReLU} { // where relu answered above 0, |x| is the same
		_, r, err := lab.Match(t.Context(), relu, keras.HeadOptions{Head: head}, x)
		require.NoError(t, err)
		assert.Less(t, r.After, 1e-6)
		assert.Less(t, r.Used, 300)
	}
}

// Every head gets nearer to the old answers, and what is said is so.
func TestMatchGetsNearer(t *testing.T) {
	x := rows(t, 300, positive).X
	m := small(t, "linear")
	old := answers(t, m, x[0].Float32s())
	for _, d := range keras.Heads() {
		o := keras.HeadOptions{Head: d.Head, Append: true}
		h, r, err := lab.Match(t.Context(), m, o, x)
		require.NoError(t, err)
		sum, n := 0.0, 0
		for i, v := range answers(t, h, x[0].Float32s()) {
			assert.GreaterOrEqual(t, v, float32(0))
			if y := float64(old[i]); y > d.Min && y < d.Max {
				sum += math.Pow(float64(v)-y, 2)
				n++
			}
		}
		assert.Equal(t, n, r.Used)
		assert.InEpsilon(t, math.Sqrt(sum/float64(n))+1e-9, r.After+1e-9, 1e-6, d.Head)
		plain, err := m.AppendHead(d.Head)
		require.NoError(t, err)
		_, again, err := lab.Match(t.Context(), plain, keras.HeadOptions{Head: d.Head}, x)
		require.NoError(t, err)
		assert.Less(t, again.After, 1e-6, "%s: a head that is there stays as it is", d.Head)
		switch d.Head {
		case keras.ReLU, keras.Abs:
			assert.Zero(t, r.Before, d.Head)
		default:
			assert.Less(t, r.After, 0.8*r.Before, d.Head)
		}
	}
}

func TestMatchColumnsAndRange(t *testing.T) {
	m, err := keras.FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 2], "dtype": "float32", "name": "x"}},
		{"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "linear", "use_bias": false}}]}}`))
	require.NoError(t, err)
	kernel, err := runtime.TensorOf([]float32{1, 2, -1, 0.5, 1, 3}, 2, 3)
	require.NoError(t, err)
	m, err = m.WithWeights([]*runtime.Tensor{kernel})
	require.NoError(t, err)
	x := rows(t, 200, positive).X
	h, r, err := lab.Match(t.Context(), m, keras.HeadOptions{Columns: map[int]keras.Head{0: keras.Sigmoid, 2: keras.ReLU}, Range: [2]float64{0, 2}, Append: true}, x)
	require.NoError(t, err)
	assert.Equal(t, 400, r.Answers)
	assert.Less(t, r.After, r.Before)
	before, after := answers(t, m, x[0].Float32s()), answers(t, h, x[0].Float32s())
	for i := 1; i < len(before); i += 3 {
		assert.Equal(t, before[i], after[i], "a column without a head")
	}
	assert.Equal(t, kernel.Float32s()[1], h.Weights()[0].Value.Float32s()[1])
	assert.Equal(t, float32(2), m.Weights()[0].Value.Float32s()[1], "the model itself stays")
}

func TestMatchRefuses(t *testing.T) {
	m := small(t, "linear")
	x := rows(t, 5, positive).X
	x[0].Float32s()[3] = float32(math.NaN())
	_, _, err := lab.Match(t.Context(), m, keras.HeadOptions{Head: keras.ReLU, Append: true}, x)
	assert.EqualError(t, err, "rows: input x: row 2, column 2 is NaN: wanted finite numbers")
	_, _, err = lab.Match(t.Context(), m, keras.HeadOptions{Head: keras.ReLU}, x)
	assert.ErrorAs(t, err, new(*keras.NoActivationError))
	conv, err := keras.FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 4, 2], "dtype": "float32", "name": "x"}},
		{"class_name": "Conv1D", "config": {"name": "c", "filters": 3, "kernel_size": [1], "activation": "tanh"}}]}}`))
	require.NoError(t, err)
	v, err := runtime.NewTensor(runtime.Float32, 1, 4, 2)
	require.NoError(t, err)
	_, _, err = lab.Match(t.Context(), conv, keras.HeadOptions{Head: keras.ReLU}, []*runtime.Tensor{v})
	assert.ErrorContains(t, err, "only where a Dense with rows of numbers stands before the head")
}
