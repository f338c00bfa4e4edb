package lab_test

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/runtime"
)

// Every head is proven never to answer below the lower end of its range, whatever the
// inputs; a model without one is not.
func TestRangeOfHeads(t *testing.T) {
	for _, file := range []string{"seed_k2.h5", "seed_k3.keras"} {
		m, err := keras.Load("../testdata/models/seed/" + file)
		require.NoError(t, err)
		require.ErrorContains(t, lab.Prove(m, 0), "wanted proof that no answer is below 0, received a lower bound of -1")
		require.NoError(t, lab.Prove(m, -1), "tanh")
		for _, d := range keras.Heads() {
			h, err := m.WithHead(d.Head)
			require.NoError(t, err)
			assert.NoError(t, lab.Prove(h, d.Min), d.Head)
			boxes, err := lab.Range(h, nil)
			require.NoError(t, err)
			if d.Max == 1 {
				assert.Equal(t, float32(1), boxes[0].Hi[0], d.Head)
			}
		}
		h, err := m.WithHeads(keras.HeadOptions{Head: keras.Sigmoid, Range: [2]float64{3, 250}})
		require.NoError(t, err)
		boxes, err := lab.Range(h, nil)
		require.NoError(t, err)
		assert.Equal(t, []float32{3, 250}, []float32{boxes[0].Lo[0], boxes[0].Hi[0]})
	}
}

// Answers to rows inside of the box of rows lie inside of the bounds, which say
// something.
func TestRangeInTheBoxOfRows(t *testing.T) {
	m, err := keras.Load("../testdata/models/seed/seed_k3.keras")
	require.NoError(t, err)
	m, err = m.WithHead(keras.Softplus)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(7, 8))
	x := make([]float32, 52*20_000)
	for i := range x {
		x[i] = float32(i%52) + float32(r.Float64())
	}
	rows, err := runtime.TensorOf(x, 20_000, 52)
	require.NoError(t, err)
	boxes, err := lab.Around(m, []*runtime.Tensor{rows})
	require.NoError(t, err)
	assert.Equal(t, runtime.Shape{1, 52}, boxes[0].Shape)
	assert.InDelta(t, 51, boxes[0].Lo[51], 1e-2)
	bounds, err := lab.Range(m, boxes)
	require.NoError(t, err)
	assert.False(t, bounds[0].NaN)
	assert.Less(t, bounds[0].Hi[0], float32(1000))
	for _, y := range answers(t, m, x) {
		require.True(t, y >= bounds[0].Lo[0] && y <= bounds[0].Hi[0])
	}
}

// No fixture of a layer leaves its bounds, whatever the layer does.
func TestNoLayerLeavesItsBounds(t *testing.T) {
	files, err := filepath.Glob("../testdata/models/layers/*_k3.keras")
	require.NoError(t, err)
	if testing.Short() {
		files = files[:100]
	}
	r := rand.New(rand.NewPCG(9, 10))
	checked, bounded := 0, 0
	for _, file := range files {
		m, err := keras.Load(file)
		if err != nil {
			continue // what is unsupported or broken has tests elsewhere
		}
		p, err := m.Compile()
		if err != nil {
			continue
		}
		var in []*runtime.Tensor
		for _, port := range m.Inputs() {
			shape := append([]int{8}, port.Shape[1:]...)
			for a := range shape {
				if shape[a] < 0 {
					shape[a] = 4
				}
			}
			x, err := runtime.NewTensor(port.DType, shape...)
			require.NoError(t, err)
			if port.DType == runtime.Float32 {
				for i := range x.Float32s() {
					x.Float32s()[i] = float32(r.NormFloat64() * 3)
				}
			}
			in = append(in, x)
		}
		out, err := p.RunAll(t.Context(), in)
		if err != nil {
			continue // a layer that wants other shapes
		}
		boxes, err := lab.Around(m, in)
		if err != nil {
			continue
		}
		bounds, err := lab.Range(m, boxes)
		require.NoError(t, err, file)
		checked++
		for i, y := range out {
			if y.DType() != runtime.Float32 || y.Len() == 0 {
				continue
			}
			b := bounds[i]
			if len(b.Lo) == 1 && !math.IsInf(float64(b.Hi[0]), 1) {
				bounded++
			}
			for k, v := range y.Float32s() {
				at := placeIn(b.Shape, y.Shape(), k)
				require.True(t, v != v && b.NaN || v >= b.Lo[at] && v <= b.Hi[at], "%s: output %d, element %d is %g, bounded by %g and %g", file, i, k, v, b.Lo[at], b.Hi[at])
			}
		}
	}
	assert.Greater(t, checked, 80)
	assert.Greater(t, bounded, 10)
	t.Logf("%d models, %d outputs with finite bounds", checked, bounded)
}

// placeIn is which bound is that of element k of a tensor.
func placeIn(bounds, shape runtime.Shape, k int) int {
	at, stride := 0, 1
	for a := len(shape) - 1; a >= 0; a-- {
		if bounds[a] != 1 {
			at += k % shape[a] * stride
			stride *= bounds[a]
		}
		k /= shape[a]
	}
	return at
}
