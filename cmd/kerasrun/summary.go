package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// summary is what inspect tells about a model.
type summary struct {
	File         string          `json:"file"`
	Format       keras.Format    `json:"format"`
	KerasVersion string          `json:"keras_version"`
	Era          int             `json:"era"` // whose spelling the configuration has: that of Keras 1, 2 or 3
	Backend      string          `json:"backend"`
	Name         string          `json:"name"`
	Class        string          `json:"class"`
	Inputs       []portSummary   `json:"inputs"`
	Outputs      []portSummary   `json:"outputs"`
	Ranges       []rangeSummary  `json:"ranges,omitempty"`
	Layers       []layerSummary  `json:"layers"`
	Params       paramSummary    `json:"params"`
	Compiled     *compileSummary `json:"compiled"`
	Lambdas      []lambdaSummary `json:"lambdas,omitempty"`
	Stateful     []string        `json:"stateful,omitempty"` // layers whose states a call starts at zero
	NotFinite    []weightSummary `json:"not_finite"`
	Weights      []weightSummary `json:"weights,omitempty"`

	chain bool // each layer is called once, on the one before
}

type portSummary struct {
	Name  string `json:"name"`
	DType string `json:"dtype"`
	Shape []*int `json:"shape"` // null for sizes that are not known
}

type layerSummary struct {
	Name        string   `json:"name"`
	Class       string   `json:"class"`
	Shapes      [][]*int `json:"output_shapes"` // of the first call's results
	Params      int64    `json:"params"`
	Trainable   bool     `json:"trainable"`
	ConnectedTo []string `json:"connected_to"`
}

// lambdaSummary is a Lambda whose function was worked out.
type lambdaSummary struct {
	Name    string `json:"name"`
	Formula string `json:"formula"`
}

// paramSummary counts numbers and their bytes in the file.
type paramSummary struct {
	Total             int64 `json:"total"`
	Trainable         int64 `json:"trainable"`
	NonTrainable      int64 `json:"non_trainable"`
	Optimizer         int64 `json:"optimizer"`
	TotalBytes        int64 `json:"total_bytes"`
	TrainableBytes    int64 `json:"trainable_bytes"`
	NonTrainableBytes int64 `json:"non_trainable_bytes"`
	OptimizerBytes    int64 `json:"optimizer_bytes"`
}

type compileSummary struct {
	Optimizer    string          `json:"optimizer"`
	LearningRate float64         `json:"learning_rate"`
	Losses       []string        `json:"losses"` // by output
	Metrics      []string        `json:"metrics"`
	Unsupported  string          `json:"unsupported,omitempty"` // why finetune cannot go on with it
	Config       json.RawMessage `json:"config"`                // as the file has it
}

type weightSummary struct {
	Name      string   `json:"name"`
	Shape     []int    `json:"shape"`
	DType     string   `json:"dtype"` // in the file
	Trainable bool     `json:"trainable"`
	Min       *float64 `json:"min"`
	Max       *float64 `json:"max"`
	Mean      *float64 `json:"mean"`
	NaN       int      `json:"nan"`
	Inf       int      `json:"inf"`
}

func summarize(m *keras.Model) *summary {
	o := m.Origin()
	s := &summary{File: o.File, Format: o.Format, KerasVersion: o.KerasVersion, Era: o.Era, Backend: o.Backend, Name: m.Name(), Class: o.Class,
		Inputs: portsOf(m.Inputs()), Outputs: portsOf(m.Outputs()), Compiled: compiledWith(m), NotFinite: []weightSummary{}}
	byLayer := map[string]int64{}
	for _, w := range m.Weights() {
		v := weightOf(w)
		s.Weights = append(s.Weights, v)
		if v.NaN+v.Inf > 0 {
			s.NotFinite = append(s.NotFinite, v)
		}
		n, bytes := int64(w.Value.Len()), storedBytes(w)
		s.Params.Total += n
		s.Params.TotalBytes += bytes
		if w.Trainable {
			s.Params.Trainable += n
			s.Params.TrainableBytes += bytes
		} else {
			s.Params.NonTrainable += n
			s.Params.NonTrainableBytes += bytes
		}
		outer, _, _ := strings.Cut(w.Layer, "/")
		byLayer[outer] += n
	}
	for _, v := range o.Optimizer {
		s.Params.Optimizer += int64(elements(v.Shape))
		s.Params.OptimizerBytes += int64(len(v.Data))
	}
	s.layers(m.Root(), byLayer)
	s.inner(m.Root(), "")
	return s
}

// inner lists what is to be said of the layers within a layer, which is at the path.
func (s *summary) inner(l layers.Layer, path string) {
	if v, ok := layers.Option(l, "stateful"); ok && v == true {
		s.Stateful = append(s.Stateful, path)
	}
	if f, ok := layers.Option(l, "formula"); ok && l.Base().Class == "Lambda" {
		formula, _ := f.(string)
		s.Lambdas = append(s.Lambdas, lambdaSummary{Name: path, Formula: formula})
		return
	}
	within := func(inner layers.Layer) {
		s.inner(inner, strings.TrimPrefix(path+"/"+inner.Base().Name, "/"))
	}
	if m, ok := l.(layers.Model); ok {
		for _, inner := range m.Layers() {
			within(inner)
		}
	}
	if v, ok := layers.Option(l, "layer"); ok {
		if inner, ok := v.(layers.Layer); ok {
			within(inner)
		}
	}
}

// layers lists the layers, each with its first call's results and what all its
// calls are connected to.
func (s *summary) layers(root layers.Model, params map[string]int64) {
	all := root.Layers()
	for _, l := range all {
		b := l.Base()
		s.Layers = append(s.Layers, layerSummary{Name: b.Name, Class: shortClass(b.Class), Params: params[b.Name], Trainable: b.Trainable, ConnectedTo: []string{}})
	}
	calls := root.Calls()
	used := map[layers.End]bool{}
	s.chain = len(calls) == len(all)
	for _, c := range calls {
		l := &s.Layers[c.Layer]
		if l.Shapes == nil {
			for _, shape := range c.Shapes {
				l.Shapes = append(l.Shapes, sizes(shape))
			}
		}
		for _, f := range c.From {
			l.ConnectedTo = append(l.ConnectedTo, fmt.Sprintf("%s[%d][%d]", all[f.Layer].Base().Name, f.Call, f.Output))
			s.chain = s.chain && !used[f]
			used[f] = true
		}
		s.chain = s.chain && len(c.From) <= 1
	}
}

// shortClass drops the package of a registered class, "Custom>Name".
func shortClass(class string) string {
	return class[strings.LastIndexByte(class, '>')+1:]
}

func portsOf(ports []keras.Port) []portSummary {
	var out []portSummary
	for _, p := range ports {
		out = append(out, portSummary{p.Name, p.DType.String(), sizes(p.Shape)})
	}
	return out
}

// sizes makes what is not known nil.
func sizes(shape runtime.Shape) []*int {
	out := make([]*int, len(shape))
	for i, d := range shape {
		if d >= 0 {
			out[i] = &d
		}
	}
	return out
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func storedBytes(w keras.Weight) int64 {
	if w.Stored != nil {
		return int64(len(w.Stored.Data))
	}
	return int64(w.Value.Len() * w.Value.DType().Size())
}

func weightOf(w keras.Weight) weightSummary {
	s := weightSummary{Name: w.Layer + "/" + w.Name, Shape: append([]int{}, w.Value.Shape()...), DType: w.Value.DType().String(), Trainable: w.Trainable}
	if w.Stored != nil {
		s.DType = w.Stored.DType
	}
	values := w.Value.Float32s()
	for _, x := range w.Value.Int8s() {
		values = append(values, float32(x))
	}
	lo, hi, sum, n := math.Inf(1), math.Inf(-1), 0.0, 0
	for _, x := range values {
		switch v := float64(x); {
		case math.IsNaN(v):
			s.NaN++
		case math.IsInf(v, 0):
			s.Inf++
		default:
			lo, hi, sum, n = math.Min(lo, v), math.Max(hi, v), sum+v, n+1
		}
	}
	if n > 0 {
		mean := sum / float64(n)
		s.Min, s.Max, s.Mean = &lo, &hi, &mean
	}
	return s
}

// compiledWith tells the training configuration, nil without one.
func compiledWith(m *keras.Model) *compileSummary {
	config := m.Origin().TrainingConfig
	settings, err := train.SettingsOf(m)
	if settings == nil && err == nil {
		return nil
	}
	c := &compileSummary{Losses: []string{}, Metrics: []string{}}
	if json.Valid(config) {
		c.Config = config
	}
	if err != nil {
		c.Unsupported = err.Error()
		return c
	}
	c.Optimizer, c.LearningRate = optimizers.Class(settings.Optimizer), settings.Optimizer.Base().LearningRate
	any := false
	for _, l := range settings.Losses {
		c.Losses = append(c.Losses, losses.Name(l))
		any = any || l != nil
	}
	if !any { // as models that were never compiled are saved
		return nil
	}
	for _, list := range settings.Metrics {
		for _, x := range list {
			c.Metrics = append(c.Metrics, x.Base().Name)
		}
	}
	return c
}
