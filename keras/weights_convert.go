package keras

import (
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// legacyFile is what a legacy file's arrays depend on beside their layer.
type legacyFile struct {
	era    int
	theano bool // convolutions were true ones: kernels are flipped

	deviations bool // BatchNormalization keeps deviations, not variances

	inOrder bool // arrays stand in the order of the weights already
}

// legacyFile finds out who wrote the weights.
func (l *loader) legacyFile(g *hdf5.Group, m *Model) (legacyFile, error) {
	version, backend, err := versions(g)
	if err != nil {
		return legacyFile{}, err
	}
	if version == "" {
		version = m.origin.KerasVersion
	}
	e := legacyFile{era: m.origin.Era}
	if version != "" {
		e.era = spelling.EraOf(version, nil)
	}
	if backend == "" && m.origin.Format == FormatH5 {
		backend = m.origin.Backend
	}
	known := m.origin.Backend
	if backend == "" && e.era == 1 {
		if backend, err = l.backendByNames(g); err != nil {
			return e, err
		}
		if m.origin.Backend == "" && m.origin.Format == FormatH5 {
			m.origin.Backend = backend
		}
	}
	e.theano = backend == "theano"
	unsure := e.era == 1 && backend == "" // nothing has weights
	if known != "theano" && (e.theano || unsure) && spelling.PadsOtherwiseOnTheano(m.config) {
		return e, &UnsupportedError{Problems: []layers.Problem{{What: "padding=same in a model that does not say whether it ran on Theano, which pads otherwise than TensorFlow"}}}
	}
	e.deviations = e.era == 1 && oldDeviations[version]
	return e, nil
}

// oldDeviations has the versions whose running_std is what it says; later ones keep
// variances under the name.
var oldDeviations = map[string]bool{"1.0.0": true, "1.0.1": true, "1.0.2": true, "1.0.3": true, "1.0.4": true, "1.0.5": true}

// legacyUnit reads the arrays of one layer.
func (l *loader) legacyUnit(e legacyFile, layer layers.Layer, name string, arrays []array, weights []*Weight) error {
	switch layer.Base().Class {
	case "Bidirectional":
		inner, _ := option[layers.Layer](layer, "layer")
		if inner == nil || len(arrays)%2 != 0 || len(weights)%2 != 0 {
			break
		}
		a, w := len(arrays)/2, len(weights)/2
		if err := l.legacyUnit(e, inner, name, arrays[:a], weights[:w]); err != nil {
			return err
		}
		return l.legacyUnit(e, inner, name, arrays[a:], weights[w:])
	case "TimeDistributed":
		if inner, _ := option[layers.Layer](layer, "layer"); inner != nil {
			if _, isModel := inner.(layers.Model); !isModel {
				return l.legacyUnit(e, inner, name, arrays, weights)
			}
		}
	}
	switch {
	case e.inOrder:
	case e.era == 1:
		arrays = orderKeras1(layer, arrays)
	default:
		arrays = ordered(arrays, weights)
	}
	recipes := recipesFor(e, layer, arrays, weights)
	if len(recipes) == 0 && len(arrays) != len(weights) {
		return wrongCount(name, "", len(weights), len(arrays))
	}
	for i, w := range weights {
		var err error
		if recipes == nil || recipes[i].parts == nil {
			err = l.readWeight(arrays[i].dataset, w)
		} else {
			err = l.cook(recipes[i], w)
		}
		if err != nil {
			return err
		}
		if len(arrays) == len(weights) {
			w.FileName = arrays[i].name
		}
	}
	return nil
}

// option returns an option of a layer as a T.
func option[T any](l layers.Layer, key string) (T, bool) {
	v, _ := layers.Option(l, key)
	t, ok := v.(T)
	return t, ok
}

// ordered returns the arrays in the order of the weights: by the last parts of
// their names when those are the weights' and differ, else as Keras 2 lists the
// weights of a layer, else as they are.
func ordered(arrays []array, weights []*Weight) []array {
	if len(arrays) != len(weights) {
		return arrays
	}
	byName := map[string]array{}
	for _, a := range arrays {
		byName[baseName(a.name)] = a
	}
	out := make([]array, 0, len(arrays))
	for _, w := range weights {
		a, ok := byName[w.Name]
		if !ok {
			break
		}
		delete(byName, w.Name)
		out = append(out, a)
	}
	if len(out) == len(weights) {
		return out
	}
	if out, ok := dealt(arrays, weights); ok {
		return out
	}
	return arrays
}

// baseName is "kernel" of "dense/kernel:0".
func baseName(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := strings.LastIndexByte(name, ':'); i > 0 {
		name = name[:i]
	}
	return name
}

// recipe says how a weight is made of arrays that are laid out otherwise.
type recipe struct {
	parts []array
	shape []int // of each part, as the configuration implies it
	make  func(dst []float32, parts [][]float32)
}

// cook reads the parts of a weight and makes its value.
func (l *loader) cook(r recipe, w *Weight) error {
	parts := make([][]float32, len(r.parts))
	for i, p := range r.parts {
		if !slices.Equal(p.Shape(), r.shape) {
			return wrongShape(w, r.shape, p.dataset)
		}
		if err := l.budget.take(p.Path(), int64(p.Len())*4); err != nil {
			return err
		}
		parts[i] = make([]float32, p.Len())
		if err := p.ReadFloat32(parts[i]); err != nil {
			return err
		}
	}
	v, err := runtime.NewTensor(runtime.Float32, w.Shape...)
	if err != nil {
		return err
	}
	r.make(v.Float32s(), parts)
	w.Value = v
	return nil
}

// recipesFor returns a recipe for each weight, without parts where the array is
// taken as it is, or nil when all are.
func recipesFor(e legacyFile, layer layers.Layer, arrays []array, weights []*Weight) []recipe {
	if len(weights) == 0 || len(arrays) == 0 {
		return nil
	}
	class := layer.Base().Class
	switch class {
	case "LSTM", "GRU":
		if r := cudnnRecipes(class, arrays, weights); r != nil {
			return r
		}
	}
	if e.era == 1 {
		if r := recipesKeras1(e, layer, arrays, weights); r != nil {
			return r
		}
	}
	if e.theano && len(arrays) == len(weights) {
		return theanoRecipes(class, arrays, weights)
	}
	return nil
}

// theanoRecipes flips the spatial axes of kernels: Theano convolved truly, the
// others correlate (keras 2.2.4 engine/saving.py, _need_convert_kernel).
func theanoRecipes(class string, arrays []array, weights []*Weight) []recipe {
	kernels := 0
	switch class {
	case "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose":
		kernels = 1
	case "ConvLSTM2D":
		kernels = 2
	default:
		return nil
	}
	out := make([]recipe, len(weights))
	for i := range min(kernels, len(weights)) {
		shape := weights[i].Shape
		if len(shape) < 3 {
			continue
		}
		out[i] = recipe{parts: arrays[i : i+1], shape: shape, make: func(dst []float32, parts [][]float32) {
			flip(dst, parts[0], shape)
		}}
	}
	return out
}

// flip reverses all axes but the last two, which together is reversing the
// order of the blocks that they make.
func flip(dst, src []float32, shape []int) {
	block := shape[len(shape)-1] * shape[len(shape)-2]
	if block == 0 {
		return
	}
	n := len(src) / block
	for i := range n {
		copy(dst[(n-1-i)*block:(n-i)*block], src[i*block:(i+1)*block])
	}
}

// cudnnRecipes converts the weights of CuDNNLSTM and CuDNNGRU, known by their
// doubled bias (keras 2.15 legacy/save/hdf5_format.py, _convert_rnn_weights).
func cudnnRecipes(class string, arrays []array, weights []*Weight) []recipe {
	if len(arrays) != 3 || len(weights) != 3 {
		return nil
	}
	kernel, recurrent, bias := weights[0].Shape, weights[1].Shape, weights[2].Shape
	if len(kernel) != 2 || len(recurrent) != 2 || len(bias) == 0 || len(arrays[2].Shape()) != 1 {
		return nil
	}
	gates := map[string]int{"LSTM": 4, "GRU": 3}[class]
	units, doubled := recurrent[0], arrays[2].Shape()[0]
	if doubled != 2*gates*units || units == 0 {
		return nil
	}
	out := []recipe{
		{parts: arrays[:1], shape: kernel, make: func(dst []float32, p [][]float32) {
			// Each gate's block (inputs, units) is the transpose of its own
			// memory seen as (units, inputs).
			inputs, wide := kernel[0], kernel[1]
			gate := make([]float32, inputs*units)
			for g := range gates {
				for i := range inputs {
					copy(gate[i*units:], p[0][i*wide+g*units:i*wide+(g+1)*units])
				}
				for i := range inputs {
					for j := range units {
						dst[i*wide+g*units+j] = gate[j*inputs+i]
					}
				}
			}
		}},
		{parts: arrays[1:2], shape: recurrent, make: func(dst []float32, p [][]float32) {
			wide := recurrent[1]
			for g := range gates {
				for i := range units {
					for j := range units {
						dst[i*wide+g*units+j] = p[0][j*wide+g*units+i]
					}
				}
			}
		}},
		{parts: arrays[2:], shape: []int{doubled}, make: func(dst []float32, p [][]float32) {
			if class == "GRU" { // (2, 3 units): input and recurrent bias stay apart
				copy(dst, p[0])
				return
			}
			for i := range dst {
				dst[i] = p[0][i] + p[0][i+doubled/2]
			}
		}},
	}
	return out
}
