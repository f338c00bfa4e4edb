package page

import (
	"fmt"
	"net/http"
	"time"

	"github.com/kerasrun/kerasrun/serve"
)

// description is all that is shown of a model at once.
type description struct {
	Name     string    `json:"name"`
	Version  int64     `json:"version"`
	Loaded   time.Time `json:"loaded"`
	File     string    `json:"file"` // its name, without folders
	Format   string    `json:"format"`
	Keras    string    `json:"keras"` // the version that wrote it
	Class    string    `json:"class"`
	Params   int       `json:"params"`
	Inputs   []port    `json:"inputs"`
	Outputs  []port    `json:"outputs"`
	Graph    *graph    `json:"graph"`
	Heads    []head    `json:"heads"`
	Appended bool      `json:"heads_appended"` // behind the last layer, which has no activation
	NoHeads  string    `json:"no_heads,omitempty"`
	Limits   limits    `json:"limits"`
}

type limits struct {
	Rows int   `json:"rows"`
	Body int64 `json:"body"`
}

func (a *api) describe(_ http.ResponseWriter, r *http.Request, v *serve.Version) (any, error) {
	var d *description
	k := a.cache.of(a.models, v)
	err := a.alone(r.Context(), func() {
		if k.described == nil {
			k.described = a.description(v)
		}
		d = k.described
	})
	return d, err
}

func (a *api) description(v *serve.Version) *description {
	m, o := v.Model, v.Model.Origin()
	params := paramsOf(m)
	d := &description{
		Name: v.Name, Version: v.Number, Loaded: v.Loaded, File: baseName(o.File), Format: string(o.Format), Keras: o.KerasVersion, Class: o.Class,
		Inputs: portsOf(v.Inputs), Outputs: portsOf(v.Outputs),
		Graph:  graphOf(m.Root(), m.Config(), "", "", params),
		Limits: limits{a.models.Options().MaxRows, a.models.Options().MaxBody},
	}
	if d.Keras == "" {
		d.Keras = fmt.Sprint(o.Era)
	}
	for _, w := range m.Weights() {
		d.Params += w.Value.Len()
	}
	d.Heads, d.Appended, d.NoHeads = headsOf(m)
	return d
}
