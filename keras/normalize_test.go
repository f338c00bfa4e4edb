package keras

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// With layers around it, a model answers in other units what it answered before.
func TestWithNormalization(t *testing.T) {
	for _, name := range []string{"../testdata/training/optimizer_sgd_k2.h5", "../testdata/training/optimizer_sgd_k3.keras", "../testdata/training/two_outputs_k3.keras",
		"../testdata/training/two_outputs_k2.h5"} {
		m, err := Load(name)
		require.NoError(t, err, name)
		var in, out []*Moments
		var x, scaled []*runtime.Tensor
		for i, p := range m.Inputs() {
			width := p.Shape[len(p.Shape)-1]
			mo := &Moments{}
			a, err := runtime.NewTensor(runtime.Float32, 3, width)
			require.NoError(t, err)
			b := a.Clone()
			for k := range width {
				mo.Mean, mo.Variance = append(mo.Mean, float64(k+i)), append(mo.Variance, float64(4*(k+1)*(k+1)))
				for r := range 3 {
					a.Float32s()[r*width+k] = float32(r*k) / 4
					b.Float32s()[r*width+k] = (float32(r*k)/4 - float32(k+i)) / float32(2*(k+1))
				}
			}
			in, x, scaled = append(in, mo), append(x, a), append(scaled, b)
		}
		for _, p := range m.Outputs() {
			mo := &Moments{}
			for k := range p.Shape[len(p.Shape)-1] {
				mo.Mean, mo.Variance = append(mo.Mean, 100), append(mo.Variance, float64(9*(k+1)))
			}
			out = append(out, mo)
		}
		n, err := m.WithNormalization(in, out)
		require.NoError(t, err, name)
		require.Len(t, n.Weights(), len(m.Weights()))
		assert.Equal(t, m.Inputs(), n.Inputs(), name)
		assert.Len(t, n.Origin().Optimizer, len(m.Origin().Optimizer), name)
		answers, wanted := answersOf(t, n, x), answersOf(t, m, scaled)
		for i := range wanted {
			width := len(out[i].Mean)
			for k, v := range wanted[i].Float32s() {
				want := float64(v)*math.Sqrt(out[i].Variance[k%width]) + 100
				assert.InDelta(t, want, answers[i].Float32s()[k], 1e-4*want, "%s, output %d", name, i)
			}
		}
		_, err = n.WithNormalization(in, nil)
		assert.ErrorContains(t, err, "takes its numbers as they are")
		_, err = n.WithNormalization(nil, out)
		assert.ErrorContains(t, err, "is a Normalization already")
		_, err = m.WithNormalization([]*Moments{{Mean: []float64{1}, Variance: []float64{1}}}, nil)
		assert.ErrorAs(t, err, new(*runtime.ShapeError))
	}
	layer := func(class string) any {
		return map[string]any{"class_name": class, "config": map[string]any{"name": "table"}}
	}
	inner := map[string]any{"class_name": "Sequential", "config": map[string]any{"layers": []any{layer("Embedding")}}}
	assert.ErrorContains(t, (&headWriter{editor: &editor{}}).mayBeScaled([]any{layer("Dense"), inner}), "layer table, a Embedding, takes its numbers as they are")
}

func answersOf(t *testing.T, m *Model, x []*runtime.Tensor) []*runtime.Tensor {
	t.Helper()
	p, err := m.Compile()
	require.NoError(t, err)
	out, err := p.RunAll(t.Context(), x)
	require.NoError(t, err)
	return out
}
