package train

import (
	"fmt"
	"math"
	"strings"
)

// Schedule is a learning rate that changes with the step
// (keras/src/optimizers/schedules/learning_rate_schedule.py). Options that a
// class does not have are ignored.
type Schedule struct {
	Class               string // Keras' name: "ExponentialDecay"
	InitialLearningRate float64
	DecaySteps          float64 // first_decay_steps of CosineDecayRestarts
	DecayRate           float64 // ExponentialDecay, InverseTimeDecay
	Staircase           bool    // of the same: the rate falls in steps

	EndLearningRate float64 // PolynomialDecay
	Power           float64
	Cycle           bool

	Alpha        float64  // CosineDecay, CosineDecayRestarts: the least rate, as a fraction
	WarmupTarget *float64 // CosineDecay: the rate that is reached after WarmupSteps
	WarmupSteps  float64
	TMul, MMul   float64 // CosineDecayRestarts: growth of periods and of rates

	Boundaries, Values []float64 // PiecewiseConstantDecay

	Name string
}

// scheduleClass is a class of schedules: its options, and the rate after a
// number of steps, in float32 as Keras computes it.
type scheduleClass struct {
	options []string
	rate    func(s *Schedule, step float32) float32
}

var scheduleClasses = map[string]scheduleClass{
	"ExponentialDecay": {strings.Fields("initial_learning_rate decay_steps decay_rate staircase"), func(s *Schedule, step float32) float32 {
		return float32(s.InitialLearningRate) * pow32(float32(s.DecayRate), s.periods(step))
	}},
	"InverseTimeDecay": {strings.Fields("initial_learning_rate decay_steps decay_rate staircase"), func(s *Schedule, step float32) float32 {
		return float32(s.InitialLearningRate) / (1 + float32(s.DecayRate)*s.periods(step))
	}},
	"PolynomialDecay": {strings.Fields("initial_learning_rate decay_steps end_learning_rate power cycle"), func(s *Schedule, step float32) float32 {
		end, period := float32(s.EndLearningRate), float32(s.DecaySteps)
		if s.Cycle {
			if step > 0 {
				period *= ceil32(step / period)
			}
		} else {
			step = min(step, period)
		}
		return (float32(s.InitialLearningRate)-end)*pow32(1-step/period, float32(s.Power)) + end
	}},
	"PiecewiseConstantDecay": {strings.Fields("boundaries values"), func(s *Schedule, step float32) float32 {
		for i, b := range s.Boundaries {
			if float64(step) <= b {
				return float32(s.Values[i])
			}
		}
		return float32(s.Values[len(s.Values)-1])
	}},
	"CosineDecay": {strings.Fields("initial_learning_rate decay_steps alpha warmup_target warmup_steps"), func(s *Schedule, step float32) float32 {
		from, steps := float32(s.InitialLearningRate), float32(s.DecaySteps)
		if s.WarmupTarget == nil {
			return from * s.cosine(min(step, steps)/steps, 1)
		}
		target, warmup := float32(*s.WarmupTarget), float32(s.WarmupSteps)
		if step = min(step, steps+warmup); step < warmup {
			return (target-from)*(step/warmup) + from
		}
		return target * s.cosine((step-warmup)/steps, 1)
	}},
	"CosineDecayRestarts": {strings.Fields("initial_learning_rate first_decay_steps t_mul m_mul alpha"), func(s *Schedule, step float32) float32 {
		t, done := float32(s.TMul), step/float32(s.DecaySteps)
		restarts := floor32(done)
		if t == 1 {
			done -= restarts
		} else {
			restarts = floor32(log32(1-done*(1-t)) / log32(t))
			growth := pow32(t, restarts)
			done = (done - (1-growth)/(1-t)) / growth
		}
		return float32(s.InitialLearningRate) * s.cosine(done, pow32(float32(s.MMul), restarts))
	}},
}

// At returns the rate for the step that follows the given number of steps.
func (s *Schedule) At(iteration int64) float32 {
	return scheduleClasses[s.Class].rate(s, float32(iteration))
}

// check refuses what At could not compute.
func (s *Schedule) check() error {
	switch {
	case scheduleClasses[s.Class].rate == nil:
		return fmt.Errorf("learning rate schedule %q is not known", s.Class)
	case s.Class == "PiecewiseConstantDecay":
		if len(s.Values) != len(s.Boundaries)+1 {
			return fmt.Errorf("PiecewiseConstantDecay: wanted one value more than boundaries, received %d and %d", len(s.Values), len(s.Boundaries))
		}
	case !(s.DecaySteps > 0):
		return fmt.Errorf("%s: decay steps must be > 0, received %g", s.Class, s.DecaySteps)
	}
	return nil
}

func (s *Schedule) periods(step float32) float32 {
	p := step / float32(s.DecaySteps)
	if s.Staircase {
		return floor32(p)
	}
	return p
}

// cosine falls from height to alpha while done goes from 0 to 1.
func (s *Schedule) cosine(done, height float32) float32 {
	wave := 0.5 * height * (1 + float32(math.Cos(float64(math.Pi*done))))
	return (1-float32(s.Alpha))*wave + float32(s.Alpha)
}

func floor32(x float32) float32 { return float32(math.Floor(float64(x))) }
func ceil32(x float32) float32  { return float32(math.Ceil(float64(x))) }
func log32(x float32) float32   { return float32(math.Log(float64(x))) }
