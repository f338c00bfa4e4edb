// Roundtrip writes files for real Keras to open: every fixture saved again in
// every format, the seed model with every head, the same fine-tuned, heads with
// options, and what Quantize makes. Beside NAME.EXT stands NAME.EXT.npz with
// inputs and the answers that kerasrun gives, and roundtrip.py compares.
//
//	go run ./scripts/roundtrip -o DIR [MODEL_OR_FOLDER …]
package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

func main() {
	log.SetFlags(0)
	out := flag.String("o", "", "folder to write to")
	flag.Parse()
	if *out == "" {
		log.Fatal("roundtrip: -o DIR is missing")
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		log.Fatal(err)
	}
	w := &writer{out: *out}
	paths := flag.Args()
	if len(paths) == 0 {
		paths = []string{"testdata/models"}
		w.seeds("testdata/models/seed")
		w.options("testdata")
		w.quantized("testdata/quantize")
	}
	files, err := fixture.Find(paths...)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		w.again(f)
	}
	fmt.Printf("%d files written, %d models left out, %d refused\n", w.written, w.skipped, w.refused)
	if w.failed > 0 {
		log.Fatalf("%d failed", w.failed)
	}
}

type writer struct {
	out                               string
	written, skipped, refused, failed int
}

func (w *writer) fail(what string, err error) {
	log.Printf("%s: %v", what, err)
	w.failed++
}

// again saves a fixture in both formats of its own era.
func (w *writer) again(file string) {
	m, err := keras.Load(file)
	var unsupported *keras.UnsupportedError
	if errors.As(err, &unsupported) {
		w.skipped++
		return
	}
	if err != nil {
		w.fail(file, err)
		return
	}
	answers, err := npz.ReadFile(fixture.Answers(file), npz.Limits{})
	if err != nil {
		w.skipped++ // nothing to compare with
		return
	}
	in, err := inputs(m, answers)
	if err != nil {
		w.fail(file, err)
		return
	}
	name := strings.ReplaceAll(filepath.Base(file), ".", "_")
	// Files of older versions are for these alone: Keras 2.15 gives others of their answers.
	if m.Origin().Era >= 2 && filepath.Base(filepath.Dir(file)) != "old" {
		for _, ext := range []string{".h5", ".keras"} {
			w.save(m, fmt.Sprintf("%s_era%d%s", name, m.Origin().Era, ext), in)
		}
	}
	if m.Origin().Era <= 2 {
		w.modern(m, name, in)
	}
}

// modern writes a Keras 1 or 2 model for Keras 3 to open. The answers beside it
// are those of the model as it was.
func (w *writer) modern(m *keras.Model, name string, in []*runtime.Tensor) {
	out, err := m.Modernize()
	var unsupported *keras.UnsupportedError
	if errors.As(err, &unsupported) {
		w.refused++
		fmt.Printf("%s cannot be said in Keras 3: %v\n", name, err)
		return
	}
	if err != nil {
		w.fail(name, err)
		return
	}
	w.saveAs(out, m, name+"_modern_era3.keras", in)
}

// inputs returns the fixture's inputs as the model takes them.
func inputs(m *keras.Model, answers npz.Archive) ([]*runtime.Tensor, error) {
	var in []*runtime.Tensor
	for i, port := range m.Inputs() {
		a := answers.Get(fmt.Sprintf("input_%d", i))
		if a == nil {
			return nil, fmt.Errorf("no input_%d", i)
		}
		t, err := arrays.Tensor(a, port.DType)
		if err != nil {
			return nil, err
		}
		in = append(in, t)
	}
	return in, nil
}

// save writes the model and, beside it, inputs and answers.
func (w *writer) save(m *keras.Model, name string, in []*runtime.Tensor) { w.saveAs(m, m, name, in) }

// saveAs writes a model and the answers of the model that it must agree with.
func (w *writer) saveAs(m, answers *keras.Model, name string, in []*runtime.Tensor) {
	path := filepath.Join(w.out, name)
	err := m.Save(path)
	var unsupported *keras.UnsupportedError
	if errors.As(err, &unsupported) {
		w.refused++
		fmt.Printf("%s cannot be saved so: %v\n", name, err)
		return
	}
	if err != nil {
		w.fail(name, err)
		return
	}
	p, err := answers.Compile()
	if err != nil {
		w.fail(name, err)
		return
	}
	out, err := p.RunAll(context.Background(), in)
	if err != nil {
		w.fail(name, err)
		return
	}
	var members []npz.Named
	for i, t := range in {
		members = append(members, npz.Named{Name: fmt.Sprint("input_", i), Array: arrays.Array(t)})
	}
	for i, t := range out {
		members = append(members, npz.Named{Name: fmt.Sprint("output_", i), Array: arrays.Array(t)})
	}
	if state := m.Origin().Optimizer; len(state) > 0 && len(state[0].Data) == 8 {
		members = append(members, npz.Named{Name: "iterations", Array: npz.Scalar(int64(binary.LittleEndian.Uint64(state[0].Data)))})
	}
	f, err := os.Create(path + ".npz")
	if err != nil {
		w.fail(name, err)
		return
	}
	if err := errors.Join(npz.WriteNPZ(f, members), f.Close()); err != nil {
		w.fail(name, err)
		return
	}
	w.written++
}

// seeds gives the seed model every head, fine-tunes it, and saves both.
func (w *writer) seeds(dir string) {
	for _, file := range []string{"seed_k2.h5", "seed_k2.keras", "seed_k3.h5", "seed_k3.keras"} {
		path := filepath.Join(dir, file)
		m, err := keras.Load(path)
		if err != nil {
			w.fail(path, err)
			continue
		}
		xy, err := npz.ReadFile(filepath.Join(dir, "xy.npz"), npz.Limits{})
		if err != nil {
			w.fail(path, err)
			continue
		}
		x, xerr := arrays.Tensor(xy.Get("x"), runtime.Float32)
		y, yerr := arrays.Tensor(xy.Get("y"), runtime.Float32)
		if err := errors.Join(xerr, yerr); err != nil {
			w.fail(path, err)
			continue
		}
		for _, d := range keras.Heads() {
			h, err := m.WithHead(d.Head)
			if err != nil {
				w.fail(path, err)
				continue
			}
			tuned, err := train.Fit(context.Background(), h, &train.Data{X: []*runtime.Tensor{x}, Y: []*runtime.Tensor{y}},
				train.Config{Epochs: 2, BatchSize: 52, NoShuffle: true})
			if err != nil {
				w.fail(path, err)
				continue
			}
			name := fmt.Sprintf("%s_%s", strings.ReplaceAll(file, ".", "_"), d.Head)
			for _, ext := range []string{".h5", ".keras"} {
				w.save(h, fmt.Sprintf("%s_headed_era%d%s", name, m.Origin().Era, ext), []*runtime.Tensor{x})
				w.save(tuned.Model, fmt.Sprintf("%s_tuned_era%d%s", name, m.Origin().Era, ext), []*runtime.Tensor{x})
			}
		}
	}
}

// options gives models heads with ranges, with sharper bends, on single columns and on
// one output of two.
func (w *writer) options(dir string) {
	above := math.Inf(1)
	seed := []keras.HeadOptions{
		{Head: keras.Sigmoid, Range: [2]float64{0, 250}},
		{Head: keras.ShiftedTanh, Range: [2]float64{2, 5}},
		{Head: keras.ReLU, Range: [2]float64{0, 0.25}},
		{Head: keras.SoftAbs, Range: [2]float64{1, above}},
		{Head: keras.Softplus, Beta: 8},
	}
	columns := []keras.HeadOptions{
		{Columns: map[int]keras.Head{0: keras.Softplus}, Beta: 3},
		{Columns: map[int]keras.Head{0: keras.Exp, 1: keras.Sigmoid}},
		{Columns: map[int]keras.Head{1: keras.ShiftedTanh}, Range: [2]float64{0, 7}},
	}
	for _, file := range []string{"seed_k2.h5", "seed_k3.keras"} {
		w.headed(filepath.Join(dir, "models/seed", file), "headed", seed)
	}
	for _, era := range []string{"k2.h5", "k3.keras"} {
		w.headed(filepath.Join(dir, "training/two_outputs_"+era), "columns", columns)
	}
}

// quantized writes models with integers of every kind, and one with a layer kept.
func (w *writer) quantized(dir string) {
	all := map[string]keras.Quantization{
		"int8": {Mode: "int8"}, "kept": {Mode: "int8"}, "int4": {Mode: "int4"},
		"int4_channels": {Mode: "int4", Block: -1}, "int4_1": {Mode: "int4", Block: 1}, "int4_3": {Mode: "int4", Block: 3},
	}
	kept := map[string]string{"dense": "last", "embedded": "last", "einsum": "mix"}
	for name, in := range map[string][]float32{"dense": sines(7), "embedded": {0, 8, 3, 3}, "einsum": sines(20)} {
		path := filepath.Join(dir, name+"_float.keras")
		m, err := keras.Load(path)
		if err != nil {
			w.fail(path, err)
			continue
		}
		port := m.Inputs()[0]
		x, err := runtime.TensorOf(in, append([]int{1}, port.Shape[1:]...)...)
		if err == nil {
			x, err = arrays.Tensor(arrays.Array(x), port.DType)
		}
		if err != nil {
			w.fail(path, err)
			continue
		}
		for kind, q := range all {
			if kind == "kept" {
				q.Keep = []string{kept[name]}
			}
			small, err := m.Quantize(q)
			if err != nil {
				w.fail(path, err)
				continue
			}
			w.save(small, fmt.Sprintf("%s_quantized_%s_era3.keras", name, kind), []*runtime.Tensor{x})
		}
	}
}

// sines are numbers that are not round.
func sines(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(3 * math.Sin(float64(i*i)))
	}
	return x
}

// headed writes a model once for each of the options, on each of its outputs that has
// the columns.
func (w *writer) headed(path, kind string, all []keras.HeadOptions) {
	m, err := keras.Load(path)
	if err != nil {
		w.fail(path, err)
		return
	}
	var in []*runtime.Tensor
	for _, port := range m.Inputs() {
		x, err := runtime.NewTensor(runtime.Float32, append([]int{64}, port.Shape[1:]...)...)
		if err != nil {
			w.fail(path, err)
			return
		}
		copy(x.Float32s(), sines(x.Len()))
		in = append(in, x)
	}
	written := 0
	for _, port := range m.Outputs() {
		for i, o := range all {
			o.Output, o.Append = port.Name, true
			if o.Columns != nil && slices.Max(slices.Collect(maps.Keys(o.Columns))) >= port.Shape[len(port.Shape)-1] {
				continue
			}
			h, err := m.WithHeads(o)
			if err != nil {
				w.fail(path, err)
				continue
			}
			written++
			h = h.WithTraining(nil, nil)
			name := fmt.Sprintf("%s_%s_%d_%s", strings.ReplaceAll(filepath.Base(path), ".", "_"), port.Name, i, kind)
			for _, ext := range []string{".h5", ".keras"} {
				w.save(h, fmt.Sprintf("%s_era%d%s", name, m.Origin().Era, ext), in)
			}
		}
	}
	if written == 0 {
		w.fail(path, errors.New("no output has the columns"))
	}
}
