package schedules

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/layers"
)

// What Config writes, Decode reads; what is null keeps its default.
func TestConfigIsReadAgain(t *testing.T) {
	target := 0.5
	for _, s := range []Schedule{
		&ExponentialDecay{Decay{InitialLearningRate: 1, DecaySteps: 2, DecayRate: 0.5, Staircase: true}},
		&InverseTimeDecay{Decay{Common: Common{Name: "mine"}, InitialLearningRate: 1, DecaySteps: 2}},
		&PolynomialDecay{InitialLearningRate: 1, DecaySteps: 2, EndLearningRate: 0.1, Power: 2, Cycle: true},
		&CosineDecay{InitialLearningRate: 1, DecaySteps: 2, WarmupTarget: &target, WarmupSteps: 3},
		&CosineDecayRestarts{InitialLearningRate: 1, FirstDecaySteps: 2, TMul: 2, MMul: 1},
		&PiecewiseConstantDecay{Boundaries: []float64{1, 2}, Values: []float64{3, 2, 1}},
	} {
		config := Config(s)
		if v, ok := config["warmup_target"].(*float64); ok {
			config["warmup_target"] = *v
		}
		for k, v := range config {
			if list, ok := v.([]float64); ok {
				config[k] = anyList(list)
			}
		}
		d := &layers.Decoder{}
		got := Decode(d, map[string]any{"class_name": Class(s), "config": config})
		assert.Empty(t, d.Problems)
		assert.Equal(t, s, got)
	}
	d := &layers.Decoder{}
	s := Decode(d, map[string]any{"class_name": "PolynomialDecay", "config": map[string]any{"decay_steps": 2.0, "power": nil}})
	assert.Equal(t, &PolynomialDecay{DecaySteps: 2, EndLearningRate: 0.0001, Power: 1}, s)
}

func anyList(list []float64) (out []any) {
	for _, v := range list {
		out = append(out, v)
	}
	return out
}

func TestRates(t *testing.T) {
	steps := &PiecewiseConstantDecay{Boundaries: []float64{1, 2}, Values: []float64{3, 2, 1}}
	stairs := &ExponentialDecay{Decay{InitialLearningRate: 8, DecaySteps: 2, DecayRate: 0.5, Staircase: true}}
	for i, want := range []struct{ steps, stairs float32 }{{3, 8}, {3, 8}, {2, 4}, {1, 4}, {1, 2}} {
		assert.Equal(t, want.steps, steps.At(int64(i)), "step %d", i)
		assert.Equal(t, want.stairs, stairs.At(int64(i)), "step %d", i)
	}
}

func TestDecodeProblems(t *testing.T) {
	for want, spec := range map[string]any{
		"no learning rate schedule": map[string]any{"class_name": "Charm"},
		"unknown option charm":      map[string]any{"class_name": "CosineDecay", "config": map[string]any{"charm": 1.0, "decay_steps": 1.0}},
		"decay steps must be > 0":   map[string]any{"class_name": "CosineDecay", "config": map[string]any{}},
		"one value more":            map[string]any{"class_name": "PiecewiseConstantDecay", "config": map[string]any{"values": []any{}}},
	} {
		d := &layers.Decoder{}
		Decode(d, spec)
		if assert.Len(t, d.Problems, 1, want) {
			assert.Contains(t, d.Problems[0].String(), want)
		}
	}
}
