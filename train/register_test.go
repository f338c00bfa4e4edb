package train

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
)

// momentum is an optimizer of one's own, with an option that no other has.
type momentum struct {
	optimizers.Common
	Inertia float64 `keras:"inertia"`
}

func newMomentum() *momentum { return &momentum{optimizers.Defaults(0.05), 0.9} }

func absolute(b *runtime.Builder, y, p *runtime.Value) *runtime.Value { return b.Abs(b.Sub(y, p)) }

func init() {
	losses.RegisterFunction("my_loss", absolute)
	metrics.RegisterFunction("my_metric", absolute)
	optimizers.Register("MyMomentum", func() optimizers.Optimizer { return newMomentum() })
}

func (o *momentum) Slots() []optimizers.Group {
	return []optimizers.Group{optimizers.Slots("momentum")}
}

func (o *momentum) Step(c *optimizers.Call) {
	m := c.Slots[0]
	for i, g := range c.Gradient {
		m[i] = float32(o.Inertia)*m[i] - c.Rate*g
		c.Weights[i] += m[i]
	}
}

// What is registered is trained with, saved, loaded and gone on with.
func TestRegister(t *testing.T) {
	assert.Panics(t, func() { losses.RegisterFunction("mae", absolute) })
	assert.Panics(t, func() { metrics.RegisterFunction("accuracy", absolute) })
	assert.Panics(t, func() { optimizers.Register("adam", func() optimizers.Optimizer { return newMomentum() }) })

	m, err := keras.Load("../testdata/training/optimizer_sgd_k3.keras")
	require.NoError(t, err)
	x, y := rows(40, 7, 0.3), rows(40, 1, 0.7)
	fit := func(m *keras.Model, epochs int, s *Settings) *History {
		h, err := Fit(context.Background(), m, &Data{X: []*runtime.Tensor{x}, Y: []*runtime.Tensor{y}},
			Config{Epochs: epochs, BatchSize: 8, NoShuffle: true, Settings: s, Threads: 1})
		require.NoError(t, err)
		return h
	}
	settings := func(loss string, o optimizers.Optimizer, metric string) *Settings {
		l, err := losses.New(loss)
		require.NoError(t, err)
		q, err := metrics.New(metric)
		require.NoError(t, err)
		return &Settings{Optimizer: o, Losses: []losses.Loss{l}, Metrics: [][]metrics.Metric{{q}}}
	}
	sgd := optimizers.NewSGD()
	sgd.LearningRate, sgd.Momentum = 0.05, 0.9
	want := fit(m, 3, settings("mae", sgd, "mae"))
	got := fit(m, 3, settings("my_loss", newMomentum(), "my_metric"))
	assert.InDeltaSlice(t, want.Epochs["loss"], got.Epochs["loss"], 1e-6)
	assert.InDeltaSlice(t, want.Epochs["mae"], got.Epochs["my_metric"], 1e-6)

	path := filepath.Join(t.TempDir(), "mine.keras")
	require.NoError(t, fit(m, 2, settings("my_loss", newMomentum(), "my_metric")).Model.Save(path))
	stopped, err := keras.Load(path)
	require.NoError(t, err)
	assert.Equal(t, got.Epochs["my_metric"][2:], fit(stopped, 1, nil).Epochs["my_metric"])
}

func rows(n, width int, step float32) *runtime.Tensor {
	t, _ := runtime.NewTensor(runtime.Float32, n, width)
	for i := range t.Float32s() {
		v := float32(i) * step
		t.Float32s()[i] = v - float32(int(v)) - 0.5
	}
	return t
}
