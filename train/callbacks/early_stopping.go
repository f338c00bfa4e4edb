package callbacks

import "github.com/kerasrun/kerasrun/train"

// EarlyStopping ends training when a number does not get better any more
// (keras/src/callbacks/early_stopping.py).
type EarlyStopping struct {
	train.Silent
	Monitor
	Patience           int      // epochs without a better number, 0 as 1
	Baseline           *float64 // to be better than too; nil is nothing
	RestoreBestWeights bool     // at the end, whether it came early or not
	StartFromEpoch     int      // epochs before the first that counts

	wait    int
	best    *float64
	weights *train.Weights
}

// Begin forgets what was before.
func (c *EarlyStopping) Begin(*train.Run) error {
	c.wait, c.best, c.weights = 0, nil, nil
	return c.check()
}

// EpochEnd looks at the number.
func (c *EarlyStopping) EpochEnd(r *train.Run) error {
	now, err := c.value(r)
	if err != nil || r.Epoch-1 < c.StartFromEpoch {
		return err
	}
	if c.RestoreBestWeights && c.weights == nil {
		c.weights = r.Weights(nil)
	}
	c.wait++
	if c.best == nil || c.better(now, *c.best) {
		c.best = &now
		if c.RestoreBestWeights {
			c.weights = r.Weights(c.weights)
		}
		if c.Baseline == nil || c.better(now, *c.Baseline) {
			c.wait = 0
		}
		return nil
	}
	if c.wait >= c.Patience && r.Epoch > 1 {
		r.Stopped = true
	}
	return nil
}

// End gives the best weights back.
func (c *EarlyStopping) End(r *train.Run) error {
	if c.weights != nil {
		r.SetWeights(c.weights)
	}
	return nil
}
