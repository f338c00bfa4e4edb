package callbacks

import "github.com/kerasrun/kerasrun/train"

// SwapEMAWeights validates the moving averages of the weights in their place, which an
// optimizer with use_ema keeps (keras/src/callbacks/swap_ema_weights.py). A BackupAndRestore
// beside SwapOnEpoch would keep the one for the other; EarlyStopping goes before it.
type SwapEMAWeights struct {
	train.Silent
	SwapOnEpoch bool // between epochs too, for callbacks behind this one, as ModelCheckpoint

	swapped bool
}

// Begin forgets what was before.
func (c *SwapEMAWeights) Begin(r *train.Run) error {
	c.swapped = true
	if err := r.SwapAverages(); err != nil { // before the first epoch
		return err
	}
	return c.set(r, false)
}

// set brings the averages into the model, or the weights back.
func (c *SwapEMAWeights) set(r *train.Run, averages bool) error {
	if c.swapped == averages {
		return nil
	}
	c.swapped = averages
	return r.SwapAverages()
}

// ValidationBegin brings the averages into the model.
func (c *SwapEMAWeights) ValidationBegin(r *train.Run) error { return c.set(r, true) }

// ValidationEnd brings the weights back.
func (c *SwapEMAWeights) ValidationEnd(r *train.Run) error { return c.set(r, false) }

// EpochBegin brings the weights back, with SwapOnEpoch.
func (c *SwapEMAWeights) EpochBegin(r *train.Run) error { return c.set(r, false) }

// EpochEnd brings the averages into the model, with SwapOnEpoch. After the last epoch
// they stay: Fit ends with the averages. Keras looks at the epoch's number alone, so that
// its weights are not averaged when training stops early.
func (c *SwapEMAWeights) EpochEnd(r *train.Run) error {
	if !c.SwapOnEpoch {
		return nil
	}
	if err := c.set(r, true); err != nil {
		return err
	}
	if r.Epoch == r.Epochs || r.Stopped {
		r.KeepAverages()
	}
	return nil
}
