package page

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
)

// weight is one of a layer's weights as a histogram.
type weight struct {
	Name      string `json:"name"`
	Shape     string `json:"shape"`
	Type      string `json:"type"` // as the file holds it
	Trainable bool   `json:"trainable"`
	Spread    spread `json:"spread"`
}

// weights answers for the layer at a place, "outer/inner", and those within it.
func (a *api) weights(_ http.ResponseWriter, r *http.Request, v *serve.Version) (any, error) {
	layer := r.URL.Query().Get("layer")
	var all []weight
	k := a.cache.of(a.models, v)
	err := a.alone(r.Context(), func() {
		all = k.weights[layer]
		if all == nil {
			if all = weightsOf(v, layer); all != nil {
				k.weights[layer] = all
			}
		}
	})
	if err == nil && all == nil && !hasLayer(v, layer) {
		err = &serve.Error{Code: serve.NotFound, Err: errorf("model %q has no layer %q", v.Name, layer)}
	}
	if all == nil {
		all = []weight{}
	}
	return map[string]any{"weights": all}, err
}

func weightsOf(v *serve.Version, layer string) []weight {
	var all []weight
	for _, w := range v.Model.Weights() {
		rest, ok := strings.CutPrefix(w.Layer, layer)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		kind := w.Value.DType().String()
		if w.Stored != nil {
			kind = w.Stored.DType
		}
		n, at := elements(w.Value)
		all = append(all, weight{strings.TrimPrefix(rest+"/"+w.Name, "/"), w.Value.Shape().String(), kind, w.Trainable, spreadOf(n, at)})
	}
	return all
}

// hasLayer reports whether a call of a model's is of that layer.
func hasLayer(v *serve.Version, layer string) bool {
	var in func(g *graph) bool
	in = func(g *graph) bool {
		return slices.ContainsFunc(g.Nodes, func(n node) bool { return n.Layer == layer || n.Inner != nil && in(n.Inner) })
	}
	return in(graphOf(v.Model.Root(), nil, "", "", nil))
}

// elements gives a tensor's numbers; texts have none.
func elements(t *runtime.Tensor) (n int, at func(i int) float64) {
	switch t.DType() {
	case runtime.Float32:
		x := t.Float32s()
		return len(x), func(i int) float64 { return float64(x[i]) }
	case runtime.Int32:
		x := t.Int32s()
		return len(x), func(i int) float64 { return float64(x[i]) }
	case runtime.Int64:
		x := t.Int64s()
		return len(x), func(i int) float64 { return float64(x[i]) }
	case runtime.Bool:
		x := t.Bools()
		return len(x), func(i int) float64 {
			if x[i] {
				return 1
			}
			return 0
		}
	}
	return 0, nil
}
