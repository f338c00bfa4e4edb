package layers

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/stretchr/testify/require"
)

// decodeLayer makes a layer of a class with options in JSON.
func decodeLayer(t *testing.T, class, options string) (Layer, []Problem) {
	t.Helper()
	var config map[string]any
	dec := json.NewDecoder(strings.NewReader(options))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&config))
	var d Decoder
	l := d.Layer(map[string]any{"class_name": class, "config": config})
	return l, d.Problems
}

// floats is a float32 tensor of the given shape.
func floats(shape []int, v ...float32) *runtime.Tensor {
	t, err := runtime.TensorOf(v, shape...)
	if err != nil {
		panic(err)
	}
	return t
}

// bools is a mask of shape (1, len(v)).
func bools(v ...bool) *runtime.Tensor {
	t, _ := runtime.TensorOf(v, 1, len(v))
	return t
}

// called is what one call of a layer gave.
type called struct {
	out     []*runtime.Tensor
	masks   []*runtime.Tensor // nil where there is none
	updates map[int]*runtime.Tensor
}

// callLayer builds a layer and runs it once. masks[i] belongs to in[i].
func callLayer(t *testing.T, l Layer, training bool, weights, in, masks []*runtime.Tensor, kwargs map[string]any) called {
	t.Helper()
	b := runtime.NewBuilder()
	var feed []*runtime.Tensor
	var tensors []Tensor
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
		v := Tensor{Value: unbatched(x)}
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
	c, trace := NewCall(b, params, training)
	c.Kwargs = kwargs
	out, err := l.Call(c, tensors)
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
	r := called{updates: map[int]*runtime.Tensor{}}
	for _, o := range out {
		r.out, got = append(r.out, got[0]), got[1:]
		if o.Mask == nil {
			r.masks = append(r.masks, nil)
			continue
		}
		r.masks, got = append(r.masks, got[0]), got[1:]
	}
	for k, i := range updated {
		r.updates[i] = got[k]
	}
	return r
}

// apply decodes a layer, calls it on one input in inference and returns the
// numbers.
func apply(t *testing.T, class, options string, in *runtime.Tensor, weights ...*runtime.Tensor) []float32 {
	t.Helper()
	l, problems := decodeLayer(t, class, options)
	require.Empty(t, problems)
	return callLayer(t, l, false, weights, []*runtime.Tensor{in}, nil, nil).out[0].Float32s()
}

// buildAndCall builds a layer without weights on an input of the given shape,
// calls it and returns the first output's shape.
func buildAndCall(l Layer, shape runtime.Shape) (runtime.Shape, error) {
	if _, err := l.Build([]runtime.Shape{shape}); err != nil {
		return nil, err
	}
	b := runtime.NewBuilder()
	c, _ := NewCall(b, nil, false)
	out, err := l.Call(c, []Tensor{{Value: b.Input("", runtime.Type{Shape: shape})}})
	if err == nil {
		err = b.Err()
	}
	if err != nil {
		return nil, err
	}
	return out[0].Shape, nil
}
