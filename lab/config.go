package lab

import (
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/train"
)

// Config says what is compared and how. The zero value compares all heads, the
// constraint and the unchanged model, from three seeds, for 20 epochs in batches of
// 32, with what the model's file was compiled with.
type Config struct {
	Heads []keras.Head // nil is all

	Epochs    int // 0 is 20
	BatchSize int // 0 is 32
	Seeds     int // runs of each candidate; 0 is 3
	Seed      uint64

	Validation      *train.Data
	ValidationSplit float64 // the last fraction of the rows, when Validation is nil; 0 is 0.2

	// Settings is called before each run: an optimizer is one run's. Nil takes what
	// the file was compiled with. The optimizer's state starts anew in any case.
	Settings func() (*train.Settings, error)

	Metric string // a further number of the history, without "val_"; "" is the first metric, if any

	Threads int // runs at a time; 0 is GOMAXPROCS. It changes no number.

	OnNote func(note string) // called before training with what is doubtful about the rows
	OnRun  func(done, of int)
}

// Kind is how a candidate keeps answers positive.
type Kind string

// The kinds of candidates.
const (
	Unchanged  Kind = "unchanged"  // not at all: the model as it is
	Constraint Kind = "constraint" // kernel and bias of the last layer may not be negative
	HeadKind   Kind = "head"       // by its final activation
)

// Candidate is one way to train the model, and how that went.
type Candidate struct {
	Name    string // the head's, or the kind's
	Kind    Kind
	Head    keras.Head // of HeadKind
	How     string     // what was done to the model
	Skipped string     // why it was not trained; "" when it was
	Runs    []Run      // by seed

	// Over the runs that did not diverge:
	Loss     Spread // validation loss of each run's best epoch
	Metric   Spread // the chosen metric there, on the validation rows
	Dead     float64
	AtBound  float64
	Min, Max float64 // the smallest and largest answer of all runs
	Epochs   float64 // mean of the runs' ToBest
	Diverged int     // runs that left the finite numbers
	Time     time.Duration
}

// Spread is a mean and a sample standard deviation; the latter is 0 for one number.
type Spread struct {
	Mean, Deviation float64
}

// Run is one candidate trained from one seed. What is measured of answers is so on
// the validation rows with the weights of the best epoch.
type Run struct {
	Seed           uint64
	TrainLoss      []float64 // by epoch
	ValidationLoss []float64
	MetricValues   []float64 // the chosen metric on the validation rows by epoch; nil without one
	Gradient       []float64 // at the head, by epoch, the first before training: see gradientNorm
	Best           int       // the epoch of the lowest validation loss, counted from 0; -1 when there is none
	ToBest         int       // epochs until the loss is within 1 % of the lowest

	Dead      float64 // share of training rows that pass no gradient, though their answer is off
	AtBound   float64 // share of answers that lie on an end of the head's range
	Min, Max  float64 // answers
	Answers   []float32
	RowLosses []float64    // of the validation rows
	Model     *keras.Model // of the best epoch
	Time      time.Duration
	Diverged  string // where it left the finite numbers; "" when it did not
}

// Comparison is the result of Compare.
type Comparison struct {
	Rows, ValidationRows int
	Epochs, Seeds        int
	Loss, Metric         string // Keras' names; Metric is "" without one
	Notes                []string
	Targets              []float32 // of the validation rows, in the order of the answers
	Candidates           []Candidate

	Best           int // the recommended candidate; -1 when none was trained to the end
	Recommendation string
}
