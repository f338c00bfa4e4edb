package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	json       bool
	atol, rtol float64
	least      *float64 // of --min
}

func (a *app) verifyCommand() *cobra.Command {
	o := verifyOptions{}
	var least float64
	cmd := &cobra.Command{
		Use:   "verify PATH...",
		Short: "Hold models against answers of real Keras",
		Long: `verify runs every model that has answers beside it and compares: NAME.h5 or
NAME.keras with NAME.npz, which holds input_0, input_1, … in the order of the
model's inputs and output_0, … in that of its outputs. Folders are searched at
any depth. A model without answers is loaded and reported as skipped.

An answer b may be missed by atol*M + rtol*|b|, with M the largest |b| of the
output or 1. Integers must be equal. Models in half precision get what their
precision allows.

With --min every model must also be one that is proven never to answer below a
number, whatever its finite inputs, as inspect --range says.`,
		Example: example(
			"kerasrun verify testdata/models",
			"kerasrun verify model.h5 --atol 1e-6 --rtol 1e-5",
			"kerasrun verify positive.h5 --min 0",
			"kerasrun verify models --json | jq 'select(.ok | not)'",
		),
		Args: cobra.MinimumNArgs(1),
	}
	f := cmd.Flags()
	cmd.RunE = work(func(ctx context.Context, args []string) error {
		if f.Changed("min") {
			o.least = &least
		}
		return a.verify(ctx, args, o)
	})
	f.Float64Var(&least, "min", 0, "fail unless no answer can be below this")
	a.customFlag(cmd)
	f.BoolVar(&o.json, "json", false, "print one JSON object for each model")
	f.Float64Var(&o.atol, "atol", fixture.ForModels.Atol, "absolute tolerance")
	f.Float64Var(&o.rtol, "rtol", fixture.ForModels.Rtol, "relative tolerance")
	return cmd
}

func (a *app) verify(ctx context.Context, paths []string, o verifyOptions) error {
	if !(o.atol >= 0) || !(o.rtol >= 0) {
		return usage("--atol and --rtol must not be negative")
	}
	models, err := fixture.Find(paths...)
	if err != nil {
		return err
	}
	if len(models) == 0 {
		return errors.New("no .h5, .hdf5 or .keras files found")
	}
	var passed, failed, skipped int
	for r := range runAll(ctx, models, fixture.Tolerance{Atol: o.atol, Rtol: o.rtol}, customOptions(a.custom)) {
		if o.least != nil && r.Err == nil {
			r.Err = prove(r.Path, *o.least, customOptions(a.custom))
		}
		switch {
		case r.Err != nil:
			failed++
		case r.Skipped && o.least == nil:
			skipped++
		default:
			passed++
		}
		if o.json {
			err = a.verifyJSON(r)
		} else {
			err = a.verifyLine(r, o)
		}
		if err = errors.Join(err, a.stdout.Flush()); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !o.json {
		fmt.Fprintf(a.stdout, "%d passed, %d failed", passed, failed)
		if skipped > 0 {
			fmt.Fprintf(a.stdout, ", %d skipped", skipped)
		}
		fmt.Fprintln(a.stdout)
	}
	if failed > 0 {
		return errQuiet
	}
	return nil
}

// prove reports why answers of a model may be below a number.
func prove(path string, least float64, opts []keras.LoadOption) error {
	m, err := keras.Load(path, opts...)
	if err != nil {
		return err
	}
	return lab.Prove(m, least)
}

// runAll runs the fixtures, several at a time, and yields the results in order.
func runAll(ctx context.Context, models []string, tol fixture.Tolerance, opts []keras.LoadOption) func(yield func(fixture.Result) bool) {
	return func(yield func(fixture.Result) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		results := make([]chan fixture.Result, len(models))
		for i := range results {
			results[i] = make(chan fixture.Result, 1)
		}
		free := make(chan struct{}, runtime.GOMAXPROCS(0))
		go func() {
			for i, path := range models {
				select {
				case free <- struct{}{}:
				case <-ctx.Done():
					return
				}
				go func() {
					results[i] <- fixture.Run(path, tol, opts...)
					<-free
				}()
			}
		}()
		for _, c := range results {
			select {
			case r := <-c:
				if !yield(r) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

func (a *app) verifyLine(r fixture.Result, o verifyOptions) error {
	var err error
	switch {
	case r.Err != nil:
		_, err = fmt.Fprintf(a.stdout, "FAIL  %s: %s\n", r.Path, reason(r))
	case r.Skipped && o.least != nil:
		_, err = fmt.Fprintf(a.stdout, "ok    %s: no answer is below %g; no %s beside it\n", r.Path, *o.least, filepath.Base(fixture.Answers(r.Path)))
	case r.Skipped:
		_, err = fmt.Fprintf(a.stdout, "skip  %s: no %s beside it\n", r.Path, filepath.Base(fixture.Answers(r.Path)))
	case o.least != nil:
		_, err = fmt.Fprintf(a.stdout, "ok    %s: no answer is below %g; off by at most %.2g, relatively %.2g\n", r.Path, *o.least, r.MaxAbs, r.MaxRel)
	default:
		_, err = fmt.Fprintf(a.stdout, "ok    %s: off by at most %.2g, relatively %.2g\n", r.Path, r.MaxAbs, r.MaxRel)
	}
	return err
}

// reason is the error without the file's name, which stands before it.
func reason(r fixture.Result) string {
	text := strings.TrimPrefix(r.Err.Error(), r.Path+": ")
	return strings.TrimPrefix(text, filepath.Base(r.Path)+": ")
}

// verifyJSON prints a result as programs read it. What JSON has no number for is
// null.
func (a *app) verifyJSON(r fixture.Result) error {
	line := struct {
		Name    string   `json:"name"`
		OK      bool     `json:"ok"`
		Skipped bool     `json:"skipped,omitempty"`
		MaxAbs  *float64 `json:"max_abs"`
		MaxRel  *float64 `json:"max_rel"`
		Error   string   `json:"error"`
	}{Name: r.Path, OK: r.Err == nil, Skipped: r.Skipped, MaxAbs: finite(r.MaxAbs), MaxRel: finite(r.MaxRel)}
	if r.Err != nil {
		line.Error = reason(r)
	}
	return json.NewEncoder(a.stdout).Encode(line)
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
