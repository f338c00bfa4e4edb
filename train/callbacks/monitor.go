package callbacks

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/train"
)

// Monitor says which number of the history a callback watches, and what is better.
type Monitor struct {
	Name string // "val_loss" unless given
	// Mode is "min", "max" or "auto", which is "" too: larger is better for what counts
	// hits, smaller for losses and errors.
	Mode     string
	MinDelta float64 // a smaller difference is none
}

// upward are parts of the names of metrics of which more is better.
var upward = []string{"acc", "precision", "recall", "auc", "positives_rate", "true_", "iou", "io_u", "score", "similarity", "correlation", "specificity", "sensitivity", "top_k"}

// key is the name of the number.
func (m Monitor) key() string {
	if m.Name == "" {
		return "val_loss"
	}
	return m.Name
}

// check refuses a mode that is none.
func (m Monitor) check() error {
	switch m.Mode {
	case "", "auto", "min", "max":
		return nil
	}
	return fmt.Errorf("mode must be auto, min or max, received %q", m.Mode)
}

// rises tells whether more is better.
func (m Monitor) rises() bool {
	if m.Mode == "min" || m.Mode == "max" {
		return m.Mode == "max"
	}
	name := strings.TrimPrefix(m.key(), "val_")
	for _, part := range upward {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// better tells whether a number is better than another by more than MinDelta.
func (m Monitor) better(x, than float64) bool {
	if m.rises() {
		return x-max(m.MinDelta, -m.MinDelta) > than
	}
	return x+max(m.MinDelta, -m.MinDelta) < than
}

// value is the number of the epoch.
func (m Monitor) value(r *train.Run) (float64, error) {
	if v, ok := r.Log(m.key()); ok {
		return v, nil
	}
	var have []string
	for _, l := range r.Logs {
		have = append(have, l.Name)
	}
	return 0, fmt.Errorf("%s is not among the numbers of an epoch: %s", m.key(), strings.Join(have, ", "))
}
