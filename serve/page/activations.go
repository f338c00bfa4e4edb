package page

import (
	"net/http"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
)

// mostValues of an activation's first row are sent.
const mostValues = 1 << 14

// activation is what a layer gave.
type activation struct {
	Name   string   `json:"name"`
	Shape  string   `json:"shape"`
	Spread spread   `json:"spread"` // of all rows
	Row    []int    `json:"row"`    // the shape of a row
	Values []number `json:"values"` // of the first row, if not too many
	Texts  []string `json:"texts,omitempty"`
}

// activations answers what the layer of that path gives for a predict request of
// TensorFlow Serving's REST API. The request waits and is bound as any other.
func (a *api) activations(w http.ResponseWriter, r *http.Request, v *serve.Version) (any, error) {
	inner, err := a.models.Inner(r.Context(), v, r.URL.Query().Get("layer"))
	if err != nil {
		return nil, err
	}
	in, release, err := a.models.ReadPredict(w, r, v)
	if err != nil {
		return nil, err
	}
	defer release()
	out, err := a.models.Run(r.Context(), inner, inner.Needed(in))
	if err != nil {
		return nil, err
	}
	all := []activation{}
	for _, p := range inner.Outputs {
		all = append(all, activationOf(p.Name, out[p.Name]))
	}
	return map[string]any{"activations": all}, nil
}

func activationOf(name string, t *runtime.Tensor) activation {
	n, at := elements(t)
	row := t.Shape()
	if len(row) > 0 {
		row = row[1:]
	}
	a := activation{Name: name, Shape: t.Shape().String(), Spread: spreadOf(n, at), Row: append([]int{}, row...), Values: []number{}}
	each := 1
	for _, d := range row {
		each *= d
	}
	if each > t.Len() || each > mostValues {
		return a
	}
	if t.DType() == runtime.String {
		a.Texts = t.Strings()[:each]
		return a
	}
	for i := range each {
		a.Values = append(a.Values, number(at(i)))
	}
	return a
}
