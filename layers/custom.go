package layers

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	// Not RegisterKeras: no file can name it, for no Python class has such a name.
	Register(CustomClass, func() Layer { return &Custom{} })
}

// CustomClass is the class of the layers that stand for classes with a block. No Python
// class can have the name.
const CustomClass = "custom class"

// Custom is a class of a user's for which there is a block: a graph of layers, each
// under the name of the attribute that holds it in Python. The reader of a file has
// put the parameters in.
type Custom struct {
	Common
	Model

	SupportsMasking bool     `keras:"supports_masking"` // as the class has it: the mask of the input goes on
	OwnWeights      []string `keras:"own_weights"`      // layers whose weights are variables of the class itself
	File            string   `keras:"file"`             // of the block

	graph    []Weight // as the graph lists them
	maskRank int      // of the input called mask, 0 for none
}

// Base implements Layer.
func (l *Custom) Base() *Common { return &l.Common }

// Configure implements Configurer.
func (l *Custom) Configure(d *Decoder, config map[string]any) {
	own := map[string]any{}
	for k, v := range config {
		if k != "graph" && k != "class" {
			own[k] = v
		}
	}
	d.Struct(own, l)
	l.Class, _ = config["class"].(string)
	before := len(d.Problems)
	var made Layer
	d.At(l.File, func() { made = d.Layer(config["graph"]) })
	if len(d.Problems) > before {
		return
	}
	var ok bool
	if l.Model, ok = made.(Model); !ok {
		d.Broken("%s: wanted a Functional or a Sequential, received %s", l.File, Brief(config["graph"]))
		return
	}
	l.checkOwn(d)
	for i, in := range l.Inputs() {
		if in.Name != maskName {
			continue
		}
		l.maskRank = len(in.BatchShape)
		if len(l.Inputs()) != 2 || i != 1 || l.maskRank == 0 {
			d.Unsupported("%s: an input called mask that is not the second of two, with a shape", l.File)
		}
	}
}

// maskName is the argument of call by which a class asks for the mask of its input.
const maskName = "mask"

// checkOwn sees that the weights of the class itself come first, as in Keras'
// layer.weights.
func (l *Custom) checkOwn(d *Decoder) {
	var names []string
	for _, inner := range l.Layers() {
		if _, ok := inner.(*InputLayer); !ok {
			names = append(names, inner.Base().Name)
		}
	}
	if n := len(l.OwnWeights); n > len(names) || !slices.Equal(names[:n], l.OwnWeights) {
		d.Broken("%s: own_weights: wanted the first layers of the graph, in order (%s), received %s", l.File, strings.Join(names, ", "), strings.Join(l.OwnWeights, ", "))
	}
}

// TensorNames implements TensorNamer: inputs behind the first may be given
// by the names of their arguments.
func (l *Custom) TensorNames() []string {
	var names []string
	for i, in := range l.Inputs() {
		if i > 0 && in.Name != maskName {
			names = append(names, in.Name)
		}
	}
	return names
}

// KeepsMasks implements MaskKeeper: masks stay on the tensors, for the
// layers in the class to see.
func (l *Custom) KeepsMasks() bool { return true }

// Build implements Layer. Weights are called by the attributes that hold
// them, as files have them.
func (l *Custom) Build(in []runtime.Shape) ([]Weight, error) {
	if l.maskRank > 0 && len(in) == 1 && len(in[0]) >= l.maskRank {
		in = append(in[:1:1], in[0][:l.maskRank])
	}
	var err error
	if l.graph, err = l.Model.Build(in); err != nil {
		return nil, err
	}
	out := slices.Clone(l.graph)
	used := map[string]map[string]int{}
	for i, inner := range l.Layers() {
		first, end := l.Owned(i)
		path := attribute(inner.Base(), used)
		own := slices.Contains(l.OwnWeights, inner.Base().Name)
		if own && first == end {
			return nil, fmt.Errorf("%s: own_weights: layer %s has no weights", l.File, inner.Base().Name)
		}
		for k := first; k < end; k++ {
			w := &out[k]
			steps := strings.SplitN(w.Path, "/", 3) // layers, the layer, what is in it
			below := strings.Join(steps[min(2, len(steps)):], "/")
			switch {
			case own && end-first == 1:
				w.Path, w.Name = "", inner.Base().Name
			case own:
				w.Path = below
			default:
				w.Path = strings.TrimSuffix(path+"/"+below, "/")
			}
		}
	}
	return out, nil
}

// Graph returns the weights as the graph lists them when it is a model of its own:
// those of Build, under other paths.
func (l *Custom) Graph() []Weight { return l.graph }

// attribute is the path at which Keras 3 saves what an attribute holds: "att", or,
// for "blocks[1]", the classes in a list counted, "blocks/dense_1".
func attribute(l *Common, used map[string]map[string]int) string {
	list, _, isList := strings.Cut(l.Name, "[")
	if !isList {
		return l.Name
	}
	if used[list] == nil {
		used[list] = map[string]int{}
	}
	return list + "/" + SavedName(l.Class, used[list])
}

// TakesMask reports whether the graph has an input for the mask of the other.
func (l *Custom) TakesMask() bool { return l.maskRank > 0 }

// Call implements Layer. A mask that nobody gave is true everywhere.
func (l *Custom) Call(c *Call, in []Tensor) ([]Tensor, error) {
	given := in
	if l.maskRank > 0 && len(in) == 1 && in[0].Rank() >= l.maskRank {
		mask := in[0].Mask
		if mask == nil {
			mask = l.allTrue(c, in[0].Value)
		}
		given = append(in[:1:1], Tensor{Value: mask})
	}
	out, err := l.Model.Call(c, given)
	if err != nil || !l.SupportsMasking || len(in) == 0 {
		return out, err
	}
	if out[0].Mask == nil {
		out[0].Mask = in[0].Mask // Layer.compute_mask: the first input's, for the first output
	}
	return out, nil
}

// allTrue is a mask of the leading axes of x.
func (l *Custom) allTrue(c *Call, x *runtime.Value) *runtime.Value {
	sizes := make([]int, l.maskRank)
	for i := range sizes {
		sizes[i] = runtime.CopyAxis(i)
	}
	return c.Cast(c.Fill(x, 1, sizes...), runtime.Bool)
}
