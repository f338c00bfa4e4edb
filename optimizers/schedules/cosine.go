package schedules

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/math32"
)

func init() {
	Register("CosineDecay", func() Schedule { return new(CosineDecay) })
	Register("CosineDecayRestarts", func() Schedule { return &CosineDecayRestarts{TMul: 2, MMul: 1} })
}

// CosineDecay falls as half a wave, after a rise when there is a warmup target
// (Loshchilov and Hutter 2016).
type CosineDecay struct {
	Common
	InitialLearningRate float64  `keras:"initial_learning_rate"`
	DecaySteps          float64  `keras:"decay_steps"`
	Alpha               float64  `keras:"alpha"`         // the least rate, as a fraction
	WarmupTarget        *float64 `keras:"warmup_target"` // the rate that is reached after WarmupSteps
	WarmupSteps         float64  `keras:"warmup_steps"`
}

// Check wants decay steps above 0.
func (s *CosineDecay) Check() error { return checkSteps(s.DecaySteps) }

// At returns the rate after that many steps.
func (s *CosineDecay) At(iteration int64) float32 {
	step, from, steps := float32(iteration), float32(s.InitialLearningRate), float32(s.DecaySteps)
	if s.WarmupTarget == nil {
		return from * cosine(s.Alpha, min(step, steps)/steps, 1)
	}
	target, warmup := float32(*s.WarmupTarget), float32(s.WarmupSteps)
	if step = min(step, steps+warmup); step < warmup {
		return (target-from)*(step/warmup) + from
	}
	return target * cosine(s.Alpha, (step-warmup)/steps, 1)
}

// CosineDecayRestarts is CosineDecay that begins again, with longer periods and
// lower rates.
type CosineDecayRestarts struct {
	Common
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	FirstDecaySteps     float64 `keras:"first_decay_steps"`
	TMul                float64 `keras:"t_mul"` // growth of periods
	MMul                float64 `keras:"m_mul"` // growth of rates
	Alpha               float64 `keras:"alpha"` // the least rate, as a fraction
}

// Check wants decay steps above 0.
func (s *CosineDecayRestarts) Check() error { return checkSteps(s.FirstDecaySteps) }

// At returns the rate after that many steps.
func (s *CosineDecayRestarts) At(iteration int64) float32 {
	t, done := float32(s.TMul), float32(iteration)/float32(s.FirstDecaySteps)
	restarts := math32.Floor(done)
	if t == 1 {
		done -= restarts
	} else {
		restarts = math32.Floor(math32.Log(1-done*(1-t)) / math32.Log(t))
		growth := math32.Pow(t, restarts)
		done = (done - (1-growth)/(1-t)) / growth
	}
	return float32(s.InitialLearningRate) * cosine(s.Alpha, done, math32.Pow(float32(s.MMul), restarts))
}

// cosine falls from height to alpha while done goes from 0 to 1.
func cosine(alpha float64, done, height float32) float32 {
	wave := 0.5 * height * (1 + math32.Cos(math.Pi*done))
	return (1-float32(alpha))*wave + float32(alpha)
}
