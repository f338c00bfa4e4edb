package rnn

import (
	"maps"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Bidirectional", func() layers.Layer { return &Bidirectional{MergeMode: "concat"} })
}

// Bidirectional runs a recurrent layer over time and another one against it, and
// merges what they answer (keras/src/layers/rnn/bidirectional.py).
type Bidirectional struct {
	layers.Common
	MergeMode     string       `keras:"merge_mode"` // sum, mul, ave, concat; "" keeps the two apart
	Layer         layers.Layer `keras:"layer"`
	BackwardLayer layers.Layer `keras:"backward_layer"`

	// Keras2Masks lets a layer that is called with states see the mask of its
	// sequence. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`

	forward, backward overTime
}

// KeepsMasks implements layers.MaskKeeper.
func (l *Bidirectional) KeepsMasks() bool { return l.Keras2Masks }

// Configure implements Configurer. Without a backward layer it is made of the
// forward one's configuration.
func (l *Bidirectional) Configure(d *layers.Decoder, config map[string]any) {
	own := maps.Clone(config)
	if mode, given := own["merge_mode"]; given && mode == nil {
		l.MergeMode = ""
		delete(own, "merge_mode")
	}
	delete(own, "layer")
	delete(own, "backward_layer")
	d.Struct(own, l)
	forward, backward := config["layer"], config["backward_layer"]
	if backward == nil {
		backward = mirrored(forward)
	}
	// The second is not looked at unless the first is sound: so nesting does not
	// double the work at each level.
	if l.Layer, l.forward = directed(d, "layer", forward); l.forward == nil {
		return
	}
	if l.BackwardLayer, l.backward = directed(d, "backward_layer", backward); l.backward != nil {
		l.check(d)
	}
}

// directed makes one of the two layers, or returns nil with a problem reported.
func directed(d *layers.Decoder, key string, spec any) (layer layers.Layer, over overTime) {
	d.At(key, func() {
		before := len(d.Problems)
		if layer = d.Layer(spec); len(d.Problems) > before {
			return
		}
		if over, _ = layer.(overTime); over == nil {
			d.Unsupported("layers other than Keras' recurrent ones")
		}
	})
	return layer, over
}

// check holds the two layers against each other, and settles what wrapping them
// changes.
func (l *Bidirectional) check(d *layers.Decoder) {
	f, b := l.forward.options(), l.backward.options()
	switch {
	case l.MergeMode != "" && l.MergeMode != "sum" && l.MergeMode != "mul" && l.MergeMode != "ave" && l.MergeMode != "concat":
		d.Broken("merge_mode must be sum, mul, ave, concat or null, received %q", l.MergeMode)
	case f.GoBackwards == b.GoBackwards:
		d.Broken("the layers must go different ways, received go_backwards=%t twice", f.GoBackwards)
	case f.ReturnSequences != b.ReturnSequences || f.ReturnState != b.ReturnState:
		d.Broken("the layers must agree on return_sequences and return_state")
	}
	f.ZeroOutputForMask, b.ZeroOutputForMask = f.ReturnSequences, b.ReturnSequences
	l.Layer.Base().Name = "forward_" + strings.TrimPrefix(l.Layer.Base().Name, "forward_")
}

// mirrored returns a recurrent layer's configuration turned in time.
func mirrored(spec any) map[string]any {
	class, config, _ := layers.ClassAndConfig(spec)
	c := map[string]any{}
	maps.Copy(c, config)
	backwards, _ := c["go_backwards"].(bool)
	c["go_backwards"] = !backwards
	name, _ := c["name"].(string)
	c["name"] = "backward_" + strings.TrimPrefix(strings.TrimPrefix(name, "forward_"), "backward_")
	return map[string]any{"class_name": class, "config": c}
}

// Build implements Layer.
func (l *Bidirectional) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, -1); err != nil {
		return nil, err
	}
	f, err := l.forward.Build(in[:1])
	if err != nil {
		return nil, err
	}
	b, err := l.backward.Build(in[:1])
	if err != nil {
		return nil, err
	}
	f = layers.Within(f, "forward_layer", l.Layer.Base().Name, l.Layer.Base().Trainable)
	return append(f, layers.Within(b, "backward_layer", l.BackwardLayer.Base().Name, l.BackwardLayer.Base().Trainable)...), nil
}

// Call implements Layer.
func (l *Bidirectional) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	states := append(in[1:len(in):len(in)], c.KeywordTensors("initial_state")...)
	half := len(states) / 2
	run := func(w overTime, path string, states []layers.Tensor, aligned bool) ([]layers.Tensor, error) {
		return w.options().call(c.Inside(path), append(in[:1:1], states...), w.recurrence(), aligned)
	}
	y, err := run(l.forward, "forward_layer", states[:half], false)
	if err != nil {
		return nil, err
	}
	z, err := run(l.backward, "backward_layer", states[half:], true)
	if err != nil {
		return nil, err
	}
	if o := l.backward.options(); o.ReturnSequences && !o.GoBackwards {
		z[0].Value = flip(c, z[0].Value)
	}
	out := l.merge(c, y[0], z[0])
	return append(append(out, y[1:]...), z[1:]...), c.Err()
}

func (l *Bidirectional) merge(c *layers.Call, y, z layers.Tensor) []layers.Tensor {
	a, b := y.Value, z.Value
	switch l.MergeMode {
	case "":
		return []layers.Tensor{y, z}
	case "sum":
		y.Value = c.Add(a, b)
	case "ave":
		y.Value = c.Mul(c.Add(a, b), c.Scalar(0.5))
	case "mul":
		y.Value = c.Mul(a, b)
	default:
		y.Value = c.Concat(a.Rank()-1, a, b)
	}
	return []layers.Tensor{y}
}
