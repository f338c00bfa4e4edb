package keras

import (
	"fmt"
	"slices"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Quantization says what Quantize makes of a model.
type Quantization struct {
	Mode  string   // "int8" or "int4"
	Block int      // of int4: rows of a kernel that share a scale and a zero; 0 means Keras' 128, -1 a scale for each column
	Keep  []string // names of layers that stay as they are

	Layers []string // names of the layers to quantize; none means all that can be
}

// Quantize returns the model with the kernels of its Dense, EinsumDense and
// Embedding layers as integers: the arrays and options that model.quantize of Keras
// 3.15 gives, which opens the file. Layers within wrappers and attention stay as
// they are, since Keras does not open such a file. A Keras 1 or 2 model becomes a
// Keras 3 one.
//
// Origin().Notes of the result says what else is not as it was. It is an error if no
// layer is left to quantize, one is quantized already, Layers has one that cannot be or is
// kept, or either list has a name that no layer has (*NameError).
func (m *Model) Quantize(q Quantization) (*Model, error) {
	how := layers.Quantization{Mode: q.Mode}
	switch {
	case q.Mode == "int8" && q.Block == 0:
	case q.Mode == "int4" && q.Block == 0:
		how.Block = 128
	case q.Mode == "int4" && q.Block >= -1:
		how.Block = max(q.Block, 0)
	default:
		return nil, fmt.Errorf("quantization must be int8, or int4 in blocks of 1 or more rows or -1, received %q with block %d", q.Mode, q.Block)
	}
	m, err := m.Modernize()
	if err != nil {
		return nil, err
	}
	e, err := m.edit()
	if err != nil {
		return nil, err
	}
	z := &quantizer{m: m, how: how, keep: q.Keep, only: q.Layers}
	z.model(e.root, m.root, 0)
	if z.err != nil {
		return nil, z.err
	}
	for _, n := range slices.Concat(q.Keep, q.Layers) {
		if !slices.Contains(z.names, n) {
			return nil, &NameError{What: "layer", Name: n, Near: near(n, z.names)}
		}
	}
	for _, n := range q.Layers {
		if !slices.Contains(z.done, n) {
			return nil, fmt.Errorf("layer %q cannot be quantized: wanted a Dense, EinsumDense or Embedding that is not kept", n)
		}
	}
	if len(z.chosen) == 0 {
		return nil, fmt.Errorf("no layer to quantize: wanted a Dense, EinsumDense or Embedding that is not kept")
	}
	out, err := e.finish()
	if err != nil {
		return nil, err
	}
	if len(out.origin.Optimizer) > 0 { // it has slots for kernels that were floats
		out.origin.Optimizer = nil
		out.origin.Notes = append(slices.Clone(out.origin.Notes), "the state of the optimizer is left out: training goes on from a fresh one")
	}
	return out, z.fill(out)
}

// quantizer finds the layers to quantize and computes their weights.
type quantizer struct {
	m      *Model
	how    layers.Quantization
	keep   []string
	only   []string                  // none means all
	names  []string                  // of all layers
	done   []string                  // of those quantized
	chosen map[int][]*runtime.Tensor // new values of a layer's weights, by the first's place in the old model
	counts map[int]int               // how many weights it had
	err    error
}

// model goes through a model whose weights begin at place at.
func (z *quantizer) model(spec map[string]any, m layers.Model, at int) {
	config, _ := spec["config"].(map[string]any)
	list, _ := config["layers"].([]any)
	specs := map[string]map[string]any{}
	for _, s := range list {
		if inner, ok := s.(map[string]any); ok {
			specs[spelling.NameOf(inner)] = inner
		}
	}
	for i, l := range m.Layers() {
		name := l.Base().Name
		z.names = append(z.names, name)
		first, end := m.Owned(i)
		s := specs[name]
		if s == nil || z.err != nil {
			continue
		}
		if inner, ok := l.(layers.Model); ok {
			z.model(s, inner, at+first)
			continue
		}
		if !slices.Contains(z.keep, name) && (len(z.only) == 0 || slices.Contains(z.only, name)) {
			z.layer(s, l, at+first, at+end)
		}
	}
}

func (z *quantizer) layer(spec map[string]any, l layers.Layer, first, end int) {
	l2, ok := l.(layers.Quantizer)
	if !ok || first == end {
		return
	}
	base := l.Base()
	config, _ := spec["config"].(map[string]any)
	if base.DType.Quantization != "" {
		z.err = fmt.Errorf("layer %q is quantized to %s already", base.Name, base.DType.Quantization)
		return
	}
	if base.SharedID != 0 || base.DType.Variables() != "float32" || base.DType.Half() {
		z.err = &UnsupportedError{File: z.m.origin.File, Problems: []layers.Problem{{Where: base.Name, What: "quantizing a layer that stands at several places, or is not float32; keep it"}}}
		return
	}
	values := make([]*runtime.Tensor, 0, end-first)
	for _, k := range z.m.slots[first:end] {
		values = append(values, z.m.weights[k].Value)
	}
	quantized, err := l2.Quantize(z.how, values)
	if err != nil {
		z.err = &UnsupportedError{File: z.m.origin.File, Problems: []layers.Problem{{Where: base.Name, What: err.Error()}}}
		return
	}
	if z.chosen == nil {
		z.chosen, z.counts = map[int][]*runtime.Tensor{}, map[int]int{}
	}
	z.chosen[first], z.counts[first] = quantized, end-first
	z.done = append(z.done, base.Name)
	config["dtype"], config["quantization_config"] = z.options()
}

// options are what Keras 3.15 writes for a quantized layer.
func (z *quantizer) options() (policy, config map[string]any) {
	object := func(module, class string, config map[string]any) map[string]any {
		return map[string]any{"module": module, "class_name": class, "config": config, "registered_name": nil}
	}
	if z.how.Mode == "int8" {
		rounding := object("keras.quantizers", "AbsMaxQuantizer", map[string]any{"value_range": []any{-127, 127}, "epsilon": 1e-07, "output_dtype": "int8"})
		return object("keras.dtype_policies", "QuantizedDTypePolicy", map[string]any{"mode": "int8", "source_name": "float32"}),
			object("keras.quantizers", "Int8QuantizationConfig", map[string]any{"weight_quantizer": nil, "activation_quantizer": rounding})
	}
	block := z.how.Block
	if block == 0 {
		block = -1
	}
	return object("keras.dtype_policies", "Int4DTypePolicy", map[string]any{"mode": fmt.Sprintf("int4/%d", block), "source_name": "float32"}),
		object("keras.quantizers", "Int4QuantizationConfig", map[string]any{"weight_quantizer": nil, "activation_quantizer": nil, "block_size": block})
}

// fill gives the new model its weights: those computed, and the old ones elsewhere.
func (z *quantizer) fill(out *Model) error {
	to := 0
	set := func(v *runtime.Tensor, stored *Stored) error {
		if to >= len(out.slots) {
			return wrongCount("", "", len(out.slots), to+1)
		}
		w := &out.weights[out.slots[to]]
		to++
		if !v.Shape().Equal(w.Shape) {
			return &FormatError{Layer: w.Layer, What: w.Name + ": shape", Wanted: w.Shape.String(), Received: v.Shape().String()}
		}
		w.Value, w.Stored = v, stored
		if w.DType == "int8" && v.DType() == runtime.Float32 {
			return w.toInt8()
		}
		return nil
	}
	for from := 0; from < len(z.m.slots); {
		if values, ok := z.chosen[from]; ok {
			for _, v := range values {
				if err := set(v, nil); err != nil {
					return err
				}
			}
			from += z.counts[from]
			continue
		}
		w := z.m.weights[z.m.slots[from]]
		if err := set(w.Value, w.Stored); err != nil {
			return err
		}
		from++
	}
	return nil
}

// toInt8 makes int8 of whole numbers.
func (w *Weight) toInt8() error {
	wide := w.Value.Float32s()
	v, err := runtime.NewTensor(runtime.Int8, w.Value.Shape()...)
	if err != nil {
		return err
	}
	for i, x := range wide {
		v.Int8s()[i] = int8(x)
	}
	w.Value = v
	return nil
}
