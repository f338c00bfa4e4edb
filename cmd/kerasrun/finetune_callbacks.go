package main

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/kerasrun/kerasrun/train"
	"github.com/kerasrun/kerasrun/train/callbacks"
)

// callbackOptions are the flags of finetune that make callbacks.
type callbackOptions struct {
	monitor, mode, reduce, checkpoint, log, board, resume string

	minDelta       float64
	patience       int
	bestOnly       bool
	factor         float64 // of reduce
	reducePatience int
}

func (o *callbackOptions) flags(f *pflag.FlagSet) {
	f.IntVar(&o.patience, "early-stopping", 0, "stop after so many epochs without a better --monitor, and keep the best weights")
	f.StringVar(&o.monitor, "monitor", "", "number that callbacks watch (default val_loss, or loss without validation)")
	f.StringVar(&o.mode, "monitor-mode", "auto", "auto, min or max: what is better")
	f.Float64Var(&o.minDelta, "min-delta", 0, "least difference that makes the number better")
	f.StringVar(&o.reduce, "reduce-lr", "", "FACTOR:EPOCHS, multiply the learning rate after so many epochs without a better --monitor")
	f.StringVar(&o.checkpoint, "checkpoint", "", "save the model after each epoch: FILE.keras or .h5, with {epoch:02d} and {val_loss:.3f} replaced")
	f.BoolVar(&o.bestOnly, "save-best-only", false, "let --checkpoint save only what --monitor is better of")
	f.StringVar(&o.log, "csv-log", "", "file for a row of numbers after each epoch")
	f.StringVar(&o.board, "tensorboard", "", "folder for event files that TensorBoard shows")
	f.StringVar(&o.resume, "resume", "", "folder for what training needs to go on after it was killed")
}

// check looks at the flags before any work is done.
func (o *callbackOptions) check() error {
	switch {
	case o.patience < 0:
		return usage("--early-stopping must be >= 0, received %d", o.patience)
	case o.mode != "auto" && o.mode != "min" && o.mode != "max":
		return usage("--monitor-mode must be auto, min or max, received %q", o.mode)
	case o.bestOnly && o.checkpoint == "":
		return usage("--save-best-only needs --checkpoint")
	case !(o.minDelta >= 0):
		return usage("--min-delta must not be negative, received %g", o.minDelta)
	}
	if o.reduce == "" {
		return nil
	}
	factor, epochs, ok := strings.Cut(o.reduce, ":")
	x, err := strconv.ParseFloat(factor, 64)
	n, err2 := strconv.Atoi(epochs)
	if !ok || err != nil || err2 != nil || !(x > 0 && x < 1) || n < 0 {
		return usage("--reduce-lr must be FACTOR:EPOCHS with a factor between 0 and 1, received %q", o.reduce)
	}
	o.factor, o.reducePatience = x, n
	return nil
}

// list makes the callbacks, in the order in which they are called.
func (o *callbackOptions) list(validates bool) (list []train.Callback) {
	watch := callbacks.Monitor{Name: o.monitor, Mode: o.mode, MinDelta: o.minDelta}
	if o.monitor == "" && !validates {
		watch.Name = "loss"
	}
	if o.reduce != "" {
		list = append(list, &callbacks.ReduceLROnPlateau{Monitor: watch, Factor: o.factor, Patience: o.reducePatience})
	}
	if o.patience > 0 {
		list = append(list, &callbacks.EarlyStopping{Monitor: watch, Patience: o.patience, RestoreBestWeights: true})
	}
	if o.checkpoint != "" {
		list = append(list, &callbacks.ModelCheckpoint{Monitor: watch, Path: o.checkpoint, SaveBestOnly: o.bestOnly})
	}
	if o.log != "" {
		list = append(list, &callbacks.CSVLogger{Path: o.log, Append: o.resume != ""})
	}
	if o.board != "" {
		list = append(list, &callbacks.TensorBoard{Folder: o.board})
	}
	if o.resume != "" {
		list = append(list, &callbacks.BackupAndRestore{Folder: o.resume})
	}
	return list
}

// classWeights reads --class-weight.
func (o *finetuneOptions) classWeights(c *train.Config) error {
	for class, weight := range o.classes {
		n, err := strconv.Atoi(class)
		w, err2 := strconv.ParseFloat(weight, 32)
		if err != nil || err2 != nil || n < 0 || !(w >= 0) {
			return usage("--class-weight must be CLASS=WEIGHT with a class' number, received %s=%s", class, weight)
		}
		if c.ClassWeights == nil {
			c.ClassWeights = map[int]float32{}
		}
		c.ClassWeights[n] = float32(w)
	}
	return nil
}
