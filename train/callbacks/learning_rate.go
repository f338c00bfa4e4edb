package callbacks

import (
	"fmt"

	"github.com/kerasrun/kerasrun/train"
)

// LearningRateScheduler sets the learning rate of each epoch
// (keras/src/callbacks/learning_rate_scheduler.py).
type LearningRateScheduler struct {
	train.Silent
	Schedule func(epoch int, rate float64) float64 // epoch counts from 0, as Keras' does
}

// EpochBegin sets the rate.
func (c *LearningRateScheduler) EpochBegin(r *train.Run) error {
	return r.SetLearningRate(c.Schedule(r.Epoch-1, r.LearningRate()))
}

// EpochEnd reports it.
func (c *LearningRateScheduler) EpochEnd(r *train.Run) error {
	r.ReportLearningRate()
	return nil
}

// ReduceLROnPlateau makes the learning rate smaller when a number does not get
// better (keras/src/callbacks/reduce_lr_on_plateau.py).
type ReduceLROnPlateau struct {
	train.Silent
	Monitor          // MinDelta is 1e-4 in Keras
	Factor   float64 // below 1
	Patience int     // epochs
	Cooldown int     // epochs after a change in which none is counted
	MinLR    float64

	wait, cooling int
	best          *float64
}

// NewReduceLROnPlateau returns Keras' defaults.
func NewReduceLROnPlateau() *ReduceLROnPlateau {
	return &ReduceLROnPlateau{Monitor: Monitor{MinDelta: 1e-4}, Factor: 0.1, Patience: 10}
}

// Begin forgets what was before.
func (c *ReduceLROnPlateau) Begin(*train.Run) error {
	c.wait, c.cooling, c.best = 0, 0, nil
	if !(c.Factor < 1) {
		return fmt.Errorf("ReduceLROnPlateau: the factor must be below 1, received %g", c.Factor)
	}
	return c.check()
}

// EpochEnd looks at the number.
func (c *ReduceLROnPlateau) EpochEnd(r *train.Run) error {
	r.ReportLearningRate()
	now, err := c.value(r)
	if err != nil {
		return err
	}
	if c.cooling > 0 {
		c.cooling--
		c.wait = 0
	}
	switch {
	case c.best == nil || c.better(now, *c.best):
		c.best, c.wait = &now, 0
	case c.cooling == 0:
		if c.wait++; c.wait < c.Patience {
			return nil
		}
		if rate := r.LearningRate(); rate > float64(float32(c.MinLR)) {
			c.cooling, c.wait = c.Cooldown, 0
			return r.SetLearningRate(max(rate*c.Factor, c.MinLR))
		}
	}
	return nil
}
