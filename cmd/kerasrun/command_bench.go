package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/kernel"
	"github.com/kerasrun/kerasrun/keras"
)

// benchOptions are the flags of bench.
type benchOptions struct {
	batch, threads, length int
	seconds                float64
	rows                   string
	json, layers           bool
}

// benchReport is what bench prints.
type benchReport struct {
	Model         string       `json:"model"`
	Batch         int          `json:"batch"`
	Threads       int          `json:"threads"`
	MedianUS      float64      `json:"median_us"`
	P90US         float64      `json:"p90_us"`
	P99US         float64      `json:"p99_us"`
	MinUS         float64      `json:"min_us"`
	RowsPerSecond float64      `json:"rows_per_second"` // at the median
	Allocs        float64      `json:"allocs"`          // per call
	Calls         int          `json:"calls"`
	WeightBytes   int          `json:"weight_bytes"`
	ScratchBytes  int          `json:"scratch_bytes"`
	LoadMS        float64      `json:"load_ms"` // reading and compiling
	PeakGFLOPS    float64      `json:"peak_gflops,omitempty"`
	Layers        []benchLayer `json:"layers,omitempty"`
}

// benchLayer is the best time of one operation.
type benchLayer struct {
	Layer  string  `json:"layer"`
	Op     string  `json:"op"`
	US     float64 `json:"us"`
	GFLOPS float64 `json:"gflops"`
}

func (a *app) benchCommand() *cobra.Command {
	o := benchOptions{}
	cmd := &cobra.Command{
		Use:   "bench MODEL",
		Short: "Measure latency and throughput of a model",
		Long: `bench runs the model on random rows and prints the median and the best time of a
call, the times that 90% and 99% stay within, rows per second, and allocations
per call. Short calls are timed together, a millisecond's worth at a time.

With --rows the rows are those of a file, as predict reads it, where the time
depends on them: how many steps are masked, how far apart rows of a table lie.

With --layers it also lists the operations that the compiled model consists of,
with the best time of each, the floating-point operations per second, and how
much that is of what this machine's cores reach at best, which it measures.`,
		Example: example(
			"kerasrun bench model.h5",
			"kerasrun bench model.keras --batch 64 --threads 1 --layers",
			"kerasrun bench tagger.keras --rows sentences.npz --batch 32",
			"kerasrun bench model.h5 --json | jq .median_us",
		),
		Args: cobra.ExactArgs(1),
		RunE: work(func(ctx context.Context, args []string) error { return a.bench(ctx, args[0], o) }),
	}
	f := cmd.Flags()
	f.IntVar(&o.batch, "batch", 1, "rows of a call")
	f.IntVar(&o.threads, "threads", 0, "most goroutines of a call (default: one for each core)")
	f.IntVar(&o.length, "length", 32, "size of the axes that the model leaves open, sequence lengths for example")
	f.StringVar(&o.rows, "rows", "", "file with rows, used from the start again where it has fewer than --batch (default: random rows)")
	f.Float64Var(&o.seconds, "seconds", 1, "how long to measure")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.BoolVar(&o.layers, "layers", false, "time every operation")
	a.weightsFlag(cmd)
	return cmd
}

func (a *app) bench(ctx context.Context, path string, o benchOptions) error {
	if o.batch < 1 || o.length < 1 || o.threads < 0 || o.seconds < 0 {
		return usage("--batch and --length must be >= 1, --threads and --seconds >= 0")
	}
	if o.threads == 0 {
		o.threads = runtime.GOMAXPROCS(0)
	}
	start := time.Now()
	m, err := a.load(path)
	if err != nil {
		return err
	}
	p, err := m.Compile(keras.Threads(o.threads))
	if err != nil {
		return err
	}
	r := benchReport{Model: path, Batch: o.batch, Threads: o.threads, LoadMS: float64(time.Since(start).Microseconds()) / 1e3}
	in, err := a.benchInputs(ctx, p, o)
	if err != nil {
		return err
	}
	call := callOf(ctx, p, in)
	times, err := sample(ctx, call, &r, o.seconds)
	if err != nil {
		return err
	}
	slices.Sort(times)
	quantile := func(p float64) float64 { return empirical(times, p) }
	r.MinUS, r.MedianUS, r.P90US, r.P99US = times[0], quantile(0.5), quantile(0.9), quantile(0.99)
	r.RowsPerSecond = float64(o.batch) / r.MedianUS * 1e6
	r.WeightBytes, r.ScratchBytes = p.Memory()
	if o.layers {
		if r.Layers, err = profile(ctx, p, in, int(o.seconds*1e6/r.MedianUS)); err != nil {
			return err
		}
		r.PeakGFLOPS = kernel.PeakGFLOPS() * float64(min(o.threads, runtime.NumCPU()))
	}
	if o.json {
		return json.NewEncoder(a.stdout).Encode(r)
	}
	return r.print(a.stdout)
}

// sample times groups of calls, each at least a millisecond long, and returns
// the microseconds of a call in each.
func sample(ctx context.Context, call func() error, r *benchReport, seconds float64) ([]float64, error) {
	const group = time.Millisecond
	least := time.Duration(1 << 62)
	for range 3 { // warm up
		start := time.Now()
		if err := call(); err != nil {
			return nil, err
		}
		least = min(least, max(time.Since(start), 1))
	}
	inner := max(1, int((group+least-1)/least))
	times := make([]float64, 0, 1<<16)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	end := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	for len(times) < 5 || time.Now().Before(end) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		for range inner {
			if err := call(); err != nil {
				return nil, err
			}
		}
		if len(times) < cap(times) {
			times = append(times, float64(time.Since(start).Nanoseconds())/1e3/float64(inner))
		}
		r.Calls += inner
	}
	runtime.ReadMemStats(&after)
	// The two reads themselves allocate a little; what is less than one in
	// several calls is theirs.
	r.Allocs = float64((after.Mallocs - before.Mallocs) / uint64(r.Calls))
	return times, nil
}

func profile(ctx context.Context, p *keras.Program, in []*tensor, rounds int) ([]benchLayer, error) {
	steps, err := p.Profile(ctx, in, rounds)
	if err != nil {
		return nil, err
	}
	var out []benchLayer
	for _, s := range steps {
		ns := max(float64(s.Time.Nanoseconds()), 1)
		out = append(out, benchLayer{Layer: s.Scope, Op: s.Op, US: ns / 1e3, GFLOPS: s.Cost / ns})
	}
	return out, nil
}

// print writes the report for people.
func (r *benchReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: batch %d, %d threads, %d calls\n", r.Model, r.Batch, r.Threads, r.Calls)
	fmt.Fprintf(w, "median  %s a call, %s rows/s\n", microseconds(r.MedianUS), thousands(int64(r.RowsPerSecond)))
	fmt.Fprintf(w, "best    %s, 90%% within %s, 99%% within %s\n", microseconds(r.MinUS), microseconds(r.P90US), microseconds(r.P99US))
	fmt.Fprintf(w, "allocs  %.0f a call\n", r.Allocs)
	fmt.Fprintf(w, "memory  %s of weights, %s of working memory\n", byteSize(int64(r.WeightBytes)), byteSize(int64(r.ScratchBytes)))
	fmt.Fprintf(w, "load    %s\n", microseconds(r.LoadMS*1e3))
	if r.Layers == nil {
		return nil
	}
	total := 0.0
	for _, l := range r.Layers {
		total += l.US
	}
	fmt.Fprintf(w, "\n%d threads reach %.1f GFLOP/s here at best; the operations take %s together.\n\n", r.Threads, r.PeakGFLOPS, microseconds(total))
	t := newTable("Layer", "Operation", "Time", "Share", "GFLOP/s", "Of peak")
	t.right(2, 3, 4, 5)
	for _, l := range r.Layers {
		t.add(l.Layer, l.Op, microseconds(l.US), fmt.Sprintf("%.1f%%", 100*l.US/total), fmt.Sprintf("%.1f", l.GFLOPS), fmt.Sprintf("%.0f%%", 100*l.GFLOPS/r.PeakGFLOPS))
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// empirical is the least of sorted numbers that a part p of them does not exceed.
func empirical(sorted []float64, p float64) float64 {
	at := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[min(max(at, 0), len(sorted)-1)]
}
