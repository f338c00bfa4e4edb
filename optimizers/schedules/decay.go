package schedules

import "github.com/kerasrun/kerasrun/internal/math32"

func init() {
	Register("ExponentialDecay", func() Schedule { return new(ExponentialDecay) })
	Register("InverseTimeDecay", func() Schedule { return new(InverseTimeDecay) })
	Register("PolynomialDecay", func() Schedule { return &PolynomialDecay{EndLearningRate: 0.0001, Power: 1} })
}

// Decay is what ExponentialDecay and InverseTimeDecay have in common.
type Decay struct {
	Common
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	DecaySteps          float64 `keras:"decay_steps"`
	DecayRate           float64 `keras:"decay_rate"`
	Staircase           bool    `keras:"staircase"` // the rate falls in steps
}

// Check wants decay steps above 0.
func (s *Decay) Check() error { return checkSteps(s.DecaySteps) }

func (s *Decay) periods(iteration int64) float32 {
	p := float32(iteration) / float32(s.DecaySteps)
	if s.Staircase {
		return math32.Floor(p)
	}
	return p
}

// ExponentialDecay is initial · rate^(step / steps).
type ExponentialDecay struct{ Decay }

// At returns the rate after that many steps.
func (s *ExponentialDecay) At(iteration int64) float32 {
	return float32(s.InitialLearningRate) * math32.Pow(float32(s.DecayRate), s.periods(iteration))
}

// InverseTimeDecay is initial / (1 + rate · step / steps).
type InverseTimeDecay struct{ Decay }

// At returns the rate after that many steps.
func (s *InverseTimeDecay) At(iteration int64) float32 {
	return float32(s.InitialLearningRate) / (1 + float32(s.DecayRate)*s.periods(iteration))
}

// PolynomialDecay falls from the initial rate to the end rate, and begins again
// with Cycle.
type PolynomialDecay struct {
	Common
	InitialLearningRate float64 `keras:"initial_learning_rate"`
	DecaySteps          float64 `keras:"decay_steps"`
	EndLearningRate     float64 `keras:"end_learning_rate"`
	Power               float64 `keras:"power"`
	Cycle               bool    `keras:"cycle"`
}

// Check wants decay steps above 0.
func (s *PolynomialDecay) Check() error { return checkSteps(s.DecaySteps) }

// At returns the rate after that many steps.
func (s *PolynomialDecay) At(iteration int64) float32 {
	step, end, period := float32(iteration), float32(s.EndLearningRate), float32(s.DecaySteps)
	if s.Cycle {
		if step > 0 {
			period *= math32.Ceil(step / period)
		}
	} else {
		step = min(step, period)
	}
	return (float32(s.InitialLearningRate)-end)*math32.Pow(1-step/period, float32(s.Power)) + end
}
