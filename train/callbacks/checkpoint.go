package callbacks

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/train"
)

// ModelCheckpoint saves the model after each epoch, or every so many steps
// (keras/src/callbacks/model_checkpoint.py).
type ModelCheckpoint struct {
	train.Silent
	Monitor

	// Path is where to: .keras or .h5, .weights.h5 with SaveWeightsOnly. {epoch},
	// {batch} and {NAME} of a number are replaced, with a format as Python has it:
	// {epoch:02d}, {val_loss:.3f}.
	Path            string
	SaveBestOnly    bool // only when the number is better than any before
	SaveWeightsOnly bool
	SaveFreq        int      // steps; 0 is after each epoch
	Threshold       *float64 // Keras' initial_value_threshold: to be better than too

	best *float64
	seen int // steps since the last time
}

// Begin finds out whether files can be written there.
func (c *ModelCheckpoint) Begin(*train.Run) error {
	c.best, c.seen = c.Threshold, 0
	switch name := strings.ToLower(c.Path); {
	case c.SaveWeightsOnly && !strings.HasSuffix(name, ".weights.h5"):
		return fmt.Errorf("the path of weights must end in .weights.h5, received %q", c.Path)
	case !c.SaveWeightsOnly && !strings.HasSuffix(name, ".keras") && !strings.HasSuffix(name, ".h5"):
		return fmt.Errorf("the path of a checkpoint must end in .keras or .h5, received %q", c.Path)
	}
	if err := c.check(); err != nil {
		return err
	}
	folder := filepath.Dir(c.Path)
	if strings.ContainsAny(folder, "{}") {
		return nil // it is not known yet
	}
	return canWrite(folder)
}

// canWrite makes a folder unless it is there, and finds out whether files can be
// written into it.
func canWrite(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".kerasrun-*")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

// StepEnd saves where steps are counted.
func (c *ModelCheckpoint) StepEnd(r *train.Run) error {
	if c.SaveFreq == 0 {
		return nil
	}
	if c.seen++; c.seen < c.SaveFreq {
		return nil
	}
	c.seen = 0
	return c.save(r)
}

// EpochEnd saves where epochs are counted.
func (c *ModelCheckpoint) EpochEnd(r *train.Run) error {
	if c.SaveFreq > 0 {
		return nil
	}
	return c.save(r)
}

func (c *ModelCheckpoint) save(r *train.Run) error {
	if c.SaveBestOnly {
		now, err := c.value(r)
		if err != nil {
			return err
		}
		if c.best != nil && !c.better(now, *c.best) {
			return nil
		}
		c.best = &now
	}
	path, err := fill(c.Path, r)
	if err != nil {
		return err
	}
	m, err := r.Model()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return m.Save(path) // .weights.h5 is a file of weights alone
}

// field is a place in a pattern: {epoch}, {epoch:02d}, {val_loss:.3f}.
var field = regexp.MustCompile(`\{([A-Za-z_0-9]+)(?::(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfeg]?))?\}`)

// fill puts numbers into the places of a pattern.
func fill(pattern string, r *train.Run) (path string, err error) {
	path = field.ReplaceAllStringFunc(pattern, func(place string) string {
		parts := field.FindStringSubmatch(place)
		name, verb := parts[1], parts[5]
		switch name {
		case "epoch":
			return fmt.Sprintf("%"+parts[2]+parts[3]+"d", r.Epoch)
		case "batch":
			return fmt.Sprintf("%"+parts[2]+parts[3]+"d", r.Step)
		}
		value, ok := r.Log(name)
		switch {
		case !ok:
			err = fmt.Errorf("%s: no number is called %s", pattern, name)
			return place
		case verb == "" && parts[4] == "":
			return strconv.FormatFloat(value, 'g', -1, 64)
		case verb == "" || verb == "d":
			verb = "g"
		}
		format := "%" + parts[2] + parts[3]
		if parts[4] != "" {
			format += "." + parts[4]
		}
		return fmt.Sprintf(format+verb, value)
	})
	if err == nil && strings.ContainsAny(path, "{}") {
		err = fmt.Errorf("%s: a place must be {epoch:02d}, {batch} or {val_loss:.3f} with the name of a number", pattern)
	}
	return path, err
}
