// Package layertest builds and calls single layers, for the tests of their
// families.
package layertest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// Decode makes a layer of a class with options in JSON.
func Decode(t *testing.T, class, options string) (layers.Layer, []layers.Problem) {
	t.Helper()
	var config map[string]any
	dec := json.NewDecoder(strings.NewReader(options))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&config))
	var d layers.Decoder
	l := d.Layer(map[string]any{"class_name": class, "config": config})
	return l, d.Problems
}

// Floats is a float32 tensor of the given shape.
func Floats(shape []int, v ...float32) *runtime.Tensor {
	t, err := runtime.TensorOf(v, shape...)
	if err != nil {
		panic(err)
	}
	return t
}

// Bools is a mask of shape (1, len(v)).
func Bools(v ...bool) *runtime.Tensor {
	t, _ := runtime.TensorOf(v, 1, len(v))
	return t
}

// Called is what one call of a layer gave.
type Called struct {
	Out     []*runtime.Tensor
	Masks   []*runtime.Tensor // nil where there is none
	Updates map[int]*runtime.Tensor
}

// Call builds a layer and runs it once. masks[i] belongs to in[i].
func Call(t *testing.T, l layers.Layer, training bool, weights, in, masks []*runtime.Tensor, kwargs map[string]any) Called {
	t.Helper()
	b := runtime.NewBuilder()
	var feed []*runtime.Tensor
	var tensors []layers.Tensor
	var shapes []runtime.Shape
	unbatched := func(x *runtime.Tensor) *runtime.Value {
		typ := x.Type()
		if len(typ.Shape) > 0 {
			typ.Shape = append(runtime.Shape{runtime.Unknown}, typ.Shape[1:]...)
		}
		feed = append(feed, x)
		return b.Input("", typ)
	}
	for i, x := range in {
		v := layers.Tensor{Value: unbatched(x)}
		if i < len(masks) && masks[i] != nil {
			v.Mask = unbatched(masks[i])
		}
		tensors = append(tensors, v)
		shapes = append(shapes, v.Shape)
	}
	want, err := l.Build(shapes)
	require.NoError(t, err)
	require.Len(t, weights, len(want))
	var params []*runtime.Value
	for i, w := range weights {
		require.True(t, w.Shape().Equal(want[i].Shape), "%s has shape %s", want[i].Name, want[i].Shape)
		params = append(params, b.Parameter(i, w))
	}
	c, trace := layers.NewCall(b, want, params, training)
	out, err := l.Call(c.WithArguments(nil, kwargs), tensors)
	require.NoError(t, err)
	require.NoError(t, b.Err())
	var values []*runtime.Value
	for _, o := range out {
		values = append(values, o.Value)
		if o.Mask != nil {
			values = append(values, o.Mask)
		}
	}
	var updated []int
	for i, v := range trace.Updates {
		updated = append(updated, i)
		values = append(values, v)
	}
	g, err := b.Graph(values...)
	require.NoError(t, err)
	p, err := runtime.Compile(g, runtime.Options{Threads: 1})
	require.NoError(t, err)
	got := make([]*runtime.Tensor, len(values))
	require.NoError(t, p.Run(context.Background(), feed, got))
	r := Called{Updates: map[int]*runtime.Tensor{}}
	for _, o := range out {
		r.Out, got = append(r.Out, got[0]), got[1:]
		if o.Mask == nil {
			r.Masks = append(r.Masks, nil)
			continue
		}
		r.Masks, got = append(r.Masks, got[0]), got[1:]
	}
	for k, i := range updated {
		r.Updates[i] = got[k]
	}
	return r
}

// Apply decodes a layer, calls it on one input in inference and returns the
// numbers.
func Apply(t *testing.T, class, options string, in *runtime.Tensor, weights ...*runtime.Tensor) []float32 {
	t.Helper()
	l, problems := Decode(t, class, options)
	require.Empty(t, problems)
	return Call(t, l, false, weights, []*runtime.Tensor{in}, nil, nil).Out[0].Float32s()
}

// BuildAndCall builds a layer without weights on an input of the given shape,
// calls it and returns the first output's shape.
func BuildAndCall(l layers.Layer, shape runtime.Shape) (runtime.Shape, error) {
	if _, err := l.Build([]runtime.Shape{shape}); err != nil {
		return nil, err
	}
	b := runtime.NewBuilder()
	c, _ := layers.NewCall(b, nil, nil, false)
	out, err := l.Call(c, []layers.Tensor{{Value: b.Input("", runtime.Type{Shape: shape})}})
	if err == nil {
		err = b.Err()
	}
	if err != nil {
		return nil, err
	}
	return out[0].Shape, nil
}

// Ramp is a tensor of small numbers that differ.
func Ramp(shape ...int) *runtime.Tensor {
	t, err := runtime.NewTensor(runtime.Float32, shape...)
	if err != nil {
		panic(err)
	}
	for i := range t.Float32s() {
		t.Float32s()[i] = float32((i*7)%11-5) / 10
	}
	return t
}

// Layer is Decode for options that must be sound.
func Layer(t *testing.T, class, options string) layers.Layer {
	l, problems := Decode(t, class, options)
	require.Empty(t, problems)
	return l
}
