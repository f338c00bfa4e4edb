package train

import (
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
)

// Config says how to train. The zero value trains for one epoch in batches of
// 32, shuffled, with what the model's file was compiled with.
type Config struct {
	Epochs    int // 0 is 1
	BatchSize int // 0 is 32

	Settings *Settings // nil is what the file was compiled with

	Validation      *Data
	ValidationSplit float64 // the last fraction of the rows, when Validation is nil

	// ClassWeights scales the loss of the rows of each class, which the target or the
	// place of its largest element says; 1 for classes that are not there. Validation
	// is not weighted. The model must have one output.
	ClassWeights map[int]float32

	NoShuffle bool
	// ShuffleBuffer is how many rows of a Dataset that is no *Data are mixed with each
	// other, as by tf.data's shuffle. 0 is 10000, or fewer where these take over 256 MiB.
	ShuffleBuffer int
	Seed          uint64 // of shuffling and of layers that draw at random

	Freeze      []string                      // names of layers that stay as they are
	Constraints map[string]*layers.Constraint // by "layer.weight": "dense_1.kernel"

	ResetOptimizer bool // start the optimizer's state anew, though the file holds one
	Threads        int  // 0 is GOMAXPROCS

	Callbacks []Callback // in the order in which they are called

	OnNote  func(string)   // called before the first step with what Data.Check notes
	OnStep  func(Progress) // called after every step
	OnEpoch func(Progress) // called after every epoch
}

// Progress tells how far training is.
type Progress struct {
	Epoch, Epochs int // counted from 1
	Step, Steps   int // of the epoch
	Logs          []Log
	RowsPerSecond float64
	Left          time.Duration
}

// Log is one number of the history.
type Log struct {
	Name  string
	Value float64
}

// History is the result of training.
type History struct {
	Model  *keras.Model         // the trained model, compiled, with the optimizer's state
	Epochs map[string][]float64 // name -> value by epoch, as Keras' History.history
	Names  []string             // the names in Keras' order
	Notes  []string             // what of the model's training could not be taken up again
}
