package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers/schedules"
)

// What Config writes of each optimizer, Decode reads.
func TestConfigIsReadAgain(t *testing.T) {
	for _, class := range Names() {
		o, err := New(class)
		require.NoError(t, err)
		o.Base().LearningRate = 0.25
		o.Base().ClipNorm, o.Base().UseEMA, o.Base().AccumulateSteps = 1.5, true, 3
		d := &layers.Decoder{}
		got := Decode(d, class, Config(o))
		assert.Empty(t, d.Problems, class)
		assert.Equal(t, o, got, class)
	}
}

// Options that are null, or false and of another class, say nothing.
func TestDecodePassesOver(t *testing.T) {
	d := &layers.Decoder{}
	o := Decode(d, "sgd", map[string]any{"momentum": nil, "amsgrad": false, "name": "x"})
	assert.Empty(t, d.Problems)
	assert.Equal(t, NewSGD(), o)
}

func TestDecodeProblems(t *testing.T) {
	for want, config := range map[string]map[string]any{
		"unknown option beta_1=1":                 {"beta_1": 1.0},
		"momentum: must be a number":              {"momentum": "much"},
		"EMA momentum must be between 0 and 1":    {"ema_momentum": 2.0},
		"gradient_accumulation_steps must be":     {"gradient_accumulation_steps": -1},
		"ema_overwrite_frequency must be":         {"ema_overwrite_frequency": -1},
		`learning_rate="fast"`:                    {"learning_rate": "fast"},
		"ExponentialDecay: decay steps must be >": {"learning_rate": map[string]any{"class_name": "ExponentialDecay", "config": map[string]any{}}},
	} {
		d := &layers.Decoder{}
		Decode(d, "SGD", config)
		require.NotEmpty(t, d.Problems, want)
		assert.Contains(t, d.Problems[0].String(), want)
	}
	d := &layers.Decoder{}
	assert.Nil(t, Decode(d, "Prodigy", nil))
	assert.Contains(t, d.Problems[0].String(), `"Prodigy"`)
}

// A schedule that Go code makes is checked as one from a file is.
func TestCheckSchedule(t *testing.T) {
	o := NewSGD()
	o.Schedule = &schedules.PiecewiseConstantDecay{Values: []float64{1}, Boundaries: []float64{2}}
	assert.ErrorContains(t, o.Check(), "one value more than boundaries")
	type own struct{ schedules.CosineDecay }
	o.Schedule = &own{}
	assert.ErrorContains(t, o.Check(), "not registered")
}

func TestRegisterTwice(t *testing.T) {
	assert.Panics(t, func() { Register("adam", func() Optimizer { return NewAdam() }) })
}
