package schedules

import "fmt"

func init() {
	Register("PiecewiseConstantDecay", func() Schedule { return new(PiecewiseConstantDecay) })
}

// PiecewiseConstantDecay has the i-th value up to and at the i-th boundary.
type PiecewiseConstantDecay struct {
	Common
	Boundaries []float64 `keras:"boundaries"`
	Values     []float64 `keras:"values"`
}

// Check wants one value more than boundaries.
func (s *PiecewiseConstantDecay) Check() error {
	if len(s.Values) != len(s.Boundaries)+1 {
		return fmt.Errorf("wanted one value more than boundaries, received %d and %d", len(s.Values), len(s.Boundaries))
	}
	return nil
}

// At returns the rate after that many steps.
func (s *PiecewiseConstantDecay) At(iteration int64) float32 {
	for i, b := range s.Boundaries {
		if float64(float32(iteration)) <= b {
			return float32(s.Values[i])
		}
	}
	return float32(s.Values[len(s.Values)-1])
}
