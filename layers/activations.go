package layers

import (
	"fmt"
	"math"
	"sort"

	"github.com/kerasrun/kerasrun/runtime"
)

// ActivationFunc builds the graph of an activation function.
type ActivationFunc func(b *runtime.Builder, x *runtime.Value) *runtime.Value

// activations maps the names that configurations use to formulas; each is that
// of keras/src/activations/activations.py.
var activations = map[string]ActivationFunc{}

// RegisterActivation makes a custom activation known under its registered
// name. Registering a name twice panics.
func RegisterActivation(name string, f ActivationFunc) {
	if _, dup := activations[name]; dup {
		panic("layers: RegisterActivation called twice for " + name)
	}
	activations[name] = f
}

// ActivationNames returns all known activation names, sorted.
func ActivationNames() []string {
	names := make([]string, 0, len(activations))
	for n := range activations {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Activation is an option that holds an activation function, or a layer used
// as one. The zero value is linear.
type Activation struct {
	Name  string
	f     ActivationFunc
	layer Layer
}

func (a *Activation) DecodeOption(d *Decoder, v any) {
	switch x := v.(type) {
	case nil:
		return
	case string:
		a.Name = x
	case map[string]any:
		if x["class_name"] == "function" { // a function serialized by Keras 3
			a.Name, _ = x["config"].(string)
			if r, ok := x["registered_name"].(string); ok && r != "" && r != "function" && activations[r] != nil {
				a.Name = r
			}
			break
		}
		a.layer = d.Layer(x)
		return
	}
	f, ok := activations[a.Name]
	if !ok {
		d.Unsupported("no activation %s is registered", Brief(v))
		return
	}
	a.f = f
}

// ActivationNamed returns a built-in activation for use in Go code.
func ActivationNamed(name string) (Activation, bool) {
	f, ok := activations[name]
	return Activation{Name: name, f: f}, ok
}

// Linear reports whether the activation does nothing.
func (a Activation) Linear() bool { return a.layer == nil && (a.f == nil || a.Name == "linear") }

// Apply adds the activation to the graph. The result remembers the logits of a
// softmax or a sigmoid, from which Keras computes crossentropy.
func (a Activation) Apply(c *Call, x *runtime.Value) Tensor {
	if a.layer != nil {
		return a.call(c, x)
	}
	if a.Linear() {
		return Tensor{Value: x}
	}
	if x.DType != runtime.Float32 {
		return Tensor{Value: a.whole(c, x)}
	}
	t := Tensor{Value: a.f(c.Builder, x)}
	if a.Name == "softmax" || a.Name == "sigmoid" {
		t.Logits = x
	}
	return t
}

// whole applies the activation to integers or booleans, as far as Keras does: relu
// and relu6 of integers are integers (keras/src/backend/tensorflow/nn.py).
func (a Activation) whole(c *Call, x *runtime.Value) *runtime.Value {
	switch {
	case a.Name == "relu" && IsInteger(x.DType):
		return ClipIntegers(c.Builder, x, 0, float32(math.Inf(1)))
	case a.Name == "relu6" && IsInteger(x.DType):
		return ClipIntegers(c.Builder, x, 0, 6)
	case a.Name == "tanh" || a.Name == "exponential" || a.Name == "leaky_relu" && IsInteger(x.DType):
		return a.f(c.Builder, Floats(c, x))
	}
	return a.f(c.Builder, x)
}

// call applies a layer without weights.
func (a Activation) call(c *Call, x *runtime.Value) Tensor {
	class := a.layer.Base().Class
	weights, err := a.layer.Build([]runtime.Shape{x.Shape})
	if err != nil {
		return Tensor{Value: c.Fail(fmt.Errorf("activation %s: %w", class, err))}
	}
	if len(weights) > 0 {
		return Tensor{Value: c.Fail(fmt.Errorf("activation %s has weights of its own", class))}
	}
	out, err := a.layer.Call(c.part(0, 0, nil), []Tensor{{Value: x}})
	if err != nil || len(out) != 1 {
		return Tensor{Value: c.Fail(fmt.Errorf("activation %s: %w", class, err))}
	}
	return out[0]
}
