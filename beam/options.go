package kerasbeam

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
)

// Options say what rows are answered with, and how they are read and written. Workers
// get them as JSON. The names and their meanings are those of kerasrun predict's flags.
type Options struct {
	// Model is the path of the model as the workers have it. One of a file system of
	// Beam's, gs://…, must be a single file.
	Model string
	// Columns names the elements of the inputs, in order, as the rows' columns do.
	Columns []string
	// IDs names columns that are carried to the answers and are no inputs, Keep
	// others that are carried along.
	IDs, Keep []string
	// Missing stands for a value that is missing: "nan" or a number. If empty, the
	// row fails.
	Missing string
	// Header says whether the first row of a CSV names the columns: "auto", "yes",
	// "no"; "" is "auto".
	Header string
	// AllowExtra leaves out columns that are no inputs.
	AllowExtra bool
	// Batch is how many rows are computed at once; 0 takes as many as fit some MB.
	Batch int
	// Threads is the most goroutines of a call; 0 takes one for each core. Bundles
	// are computed side by side as well.
	Threads int
}

// Check refuses what means nothing.
func (o *Options) Check() error {
	if o.Model == "" {
		return errors.New("the path of a model must be given")
	}
	if !slices.Contains([]table.Header{"", table.HeaderAuto, table.HeaderYes, table.HeaderNo}, table.Header(o.Header)) {
		return fmt.Errorf("the header must be auto, yes or no, received %q", o.Header)
	}
	if _, err := strconv.ParseFloat(o.Missing, 64); err != nil && o.Missing != "" {
		return fmt.Errorf("what is missing must be nan or a number, received %q", o.Missing)
	}
	if o.Batch < 0 || o.Threads < 0 {
		return errors.New("batch and threads must not be negative")
	}
	return nil
}

// wanted says what rows are read for.
func (o *Options) wanted(p *keras.Program, note func(string)) *table.Wanted {
	header := table.Header(o.Header)
	if header == "" {
		header = table.HeaderAuto
	}
	return &table.Wanted{Inputs: p.Inputs(), Columns: o.Columns, IDs: o.IDs, Keep: o.Keep, Missing: o.Missing, Header: header, AllowExtra: o.AllowExtra, Note: note}
}

// kept are the columns that are carried along.
func (o *Options) kept() []keras.Port { return table.PortsOfText(slices.Concat(o.IDs, o.Keep)) }
