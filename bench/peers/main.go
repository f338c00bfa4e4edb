// Command peers runs an ONNX model with a runtime that a Go program could use
// instead of kerasrun, and prints one JSON object with median_us and min_us.
//
//	peers -runtime ort -lib libonnxruntime.so -batch 52 -threads 1 -seconds 1 MODEL.onnx
//
// The runtimes: ort (ONNX Runtime through yalue/onnxruntime_go; the library is
// -lib or $ONNXRUNTIME_LIB) and gomlx (GoMLX with its pure-Go backend, which reads
// the file by onnx-gomlx). Rows come from MODEL.npz, input_0 and so on, and answers are
// held against Keras' own there, output_0, before anything is timed.
//
// It is a module of its own, so that users of kerasrun get none of this, and it is
// the only part of the project that needs cgo.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	library string
	threads int
}

// call runs the model on the rows it was made for and returns the answers, valid
// until the next call.
type call func() ([]float32, error)

// runtimes open a model for rows, an array for each input in the order of their names.
var runtimes = map[string]func(model string, x []array, o options) (call, error){
	"ort":   openORT,
	"gomlx": openGoMLX,
}

func main() {
	name := flag.String("runtime", "ort", "ort or gomlx")
	batch := flag.Int("batch", 1, "rows of a call")
	seconds := flag.Float64("seconds", 1, "how long to measure")
	var o options
	flag.StringVar(&o.library, "lib", os.Getenv("ONNXRUNTIME_LIB"), "path of libonnxruntime")
	flag.IntVar(&o.threads, "threads", 1, "threads of a call")
	flag.Parse()
	if err := measure(*name, flag.Arg(0), *batch, *seconds, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(name, model string, batch int, seconds float64, o options) (err error) {
	open, ok := runtimes[name]
	if !ok || batch < 1 || o.threads < 1 {
		return fmt.Errorf("-runtime must be ort or gomlx, -batch and -threads >= 1, received %q, %d, %d", name, batch, o.threads)
	}
	defer func() { // GoMLX builds graphs by panicking
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	base := strings.TrimSuffix(strings.TrimSuffix(model, ".onnx"), ".native")
	x, want, err := rows(base+".npz", batch)
	if err != nil {
		return err
	}
	run, err := open(model, x, o)
	if err != nil {
		return err
	}
	got, err := run()
	if err != nil {
		return err
	}
	if err := compare(got, want); err != nil {
		return err
	}
	median, least, err := sample(run, time.Duration(seconds*float64(time.Second)))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{"median_us": median, "min_us": least})
}

// compare applies the project's tolerance for whole models.
func compare(got, want []float32) error {
	if len(got) != len(want) {
		return fmt.Errorf("wanted %d numbers, received %d", len(want), len(got))
	}
	largest := 1.0
	for _, v := range want {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if !(math.Abs(g-w) <= 1e-5*largest+1e-4*math.Abs(w)) {
			return fmt.Errorf("number %d: wanted %g, received %g", i, w, g)
		}
	}
	return nil
}
