package regularization_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/all"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// statistics returns mean and standard deviation.
func statistics(v []float32) (mean, deviation float64) {
	for _, x := range v {
		mean += float64(x)
	}
	mean /= float64(len(v))
	for _, x := range v {
		deviation += (float64(x) - mean) * (float64(x) - mean)
	}
	return mean, math.Sqrt(deviation / float64(len(v)))
}

func filled(v float32, shape ...int) *runtime.Tensor {
	t, _ := runtime.NewTensor(runtime.Float32, shape...)
	for i := range t.Float32s() {
		t.Float32s()[i] = v
	}
	return t
}

func TestNoiseInTraining(t *testing.T) {
	for _, c := range []struct {
		class, options  string
		mean, deviation float64
	}{
		{"Dropout", `{"rate": 0.25}`, 1, math.Sqrt(0.25 / 0.75)},
		{"GaussianNoise", `{"stddev": 0.5}`, 1, 0.5},
		{"GaussianDropout", `{"rate": 0.5}`, 1, 1},
	} {
		l, problems := layertest.Decode(t, c.class, c.options)
		require.Empty(t, problems)
		x := filled(1, 200, 200)
		mean, deviation := statistics(layertest.Call(t, l, true, nil, []*runtime.Tensor{x}, nil, nil).Out[0].Float32s())
		require.InDelta(t, c.mean, mean, 0.02, c.class)
		require.InDelta(t, c.deviation, deviation, 0.02, c.class)
		same := layertest.Call(t, l, false, nil, []*runtime.Tensor{x}, nil, nil).Out[0].Float32s()
		require.Equal(t, x.Float32s(), same, c.class)
	}
}

func TestAlphaDropoutKeepsMoments(t *testing.T) {
	l, _ := layertest.Decode(t, "AlphaDropout", `{"rate": 0.3}`)
	x, r := filled(0, 200, 200), rand.New(rand.NewPCG(1, 2))
	for i := range x.Float32s() {
		x.Float32s()[i] = float32(r.NormFloat64())
	}
	mean, deviation := statistics(layertest.Call(t, l, true, nil, []*runtime.Tensor{x}, nil, nil).Out[0].Float32s())
	require.InDelta(t, 0, mean, 0.03)
	require.InDelta(t, 1, deviation, 0.03)
}

func TestSpatialDropoutDropsWholeMaps(t *testing.T) {
	l, problems := layertest.Decode(t, "SpatialDropout2D", `{"rate": 0.5, "data_format": "channels_first"}`)
	require.Empty(t, problems)
	got := layertest.Call(t, l, true, nil, []*runtime.Tensor{filled(1, 4, 8, 3, 3)}, nil, nil).Out[0].Float32s()
	kept := 0
	for m := range 32 {
		for _, v := range got[m*9 : m*9+9] {
			require.Equal(t, got[m*9], v)
		}
		if got[m*9] != 0 {
			require.Equal(t, float32(2), got[m*9])
			kept++
		}
	}
	require.InDelta(t, 16, kept, 10)
	_, err := l.Build([]runtime.Shape{{-1, 3}})
	require.ErrorContains(t, err, "wanted rank 4, received (None, 3)")
}

func TestDropoutOfEverything(t *testing.T) {
	l, _ := layertest.Decode(t, "Dropout", `{"rate": 1}`)
	got := layertest.Call(t, l, true, nil, []*runtime.Tensor{filled(1, 2, 2)}, nil, nil).Out[0].Float32s()
	require.Equal(t, []float32{0, 0, 0, 0}, got)
}
