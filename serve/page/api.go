package page

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/serve"
)

// api answers what the page asks below /page/api/.
type api struct {
	models *serve.Models
	cache  cache
	free   chan struct{} // holds a token while somebody counts weights
}

// NewAPI describes models to the page. They need Options.KeepModels. It asks for no
// token: who embeds it sees to that. Layers are computed under the limits of
// requests, and weights are counted for one request at a time.
func NewAPI(m *serve.Models) http.Handler {
	a := &api{models: m, free: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page/api/models", a.list)
	mux.HandleFunc("GET /page/api/models/{model}", a.of(a.describe))
	mux.HandleFunc("GET /page/api/models/{model}/weights", a.of(a.weights))
	mux.HandleFunc("POST /page/api/models/{model}/activations", a.of(a.activations))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		serve.WriteError(w, &serve.Error{Code: serve.NotFound, Err: errorf("nothing answers %s %s", r.Method, r.URL.Path)})
	})
	return mux
}

// of finds the version that a request is about, and writes the answer or the error.
func (a *api) of(f func(http.ResponseWriter, *http.Request, *serve.Version) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ref := serve.Ref{Model: r.PathValue("model")}
		var err error
		if text := r.URL.Query().Get("version"); text != "" {
			if ref.Version, err = strconv.ParseInt(text, 10, 64); err != nil || ref.Version < 1 {
				serve.WriteError(w, &serve.Error{Code: serve.Invalid, Err: errorf("version: wanted a number from 1, received %q", text)})
				return
			}
		}
		var out any
		v, err := a.models.Find(ref)
		if err == nil && v.Model == nil {
			err = &serve.Error{Code: serve.NotReady, Err: errorf("model %q: its layers are not kept", v.Name)}
		}
		if err == nil {
			out, err = f(w, r, v)
		}
		a.models.Count("page", v, began, err)
		if err != nil {
			serve.WriteError(w, err)
			return
		}
		write(w, out)
	}
}

func write(w http.ResponseWriter, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		serve.WriteError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(data) // the client is gone if it fails
}

// port is an input or an output.
type port struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Shape []*int `json:"shape"` // null for sizes that are not known
}

func portsOf(all []keras.Port) []port {
	out := []port{}
	for _, p := range all {
		shape := make([]*int, len(p.Shape))
		for i, d := range p.Shape {
			if d >= 0 {
				shape[i] = &d
			}
		}
		out = append(out, port{p.Name, p.DType.String(), shape})
	}
	return out
}

// list tells all models with the state of their versions.
func (a *api) list(w http.ResponseWriter, _ *http.Request) {
	type version struct {
		Number int64  `json:"number"`
		Ready  bool   `json:"ready"`
		Error  string `json:"error,omitempty"`
	}
	type model struct {
		Name     string    `json:"name"`
		Versions []version `json:"versions"`
		Inputs   []port    `json:"inputs"`
		Outputs  []port    `json:"outputs"`
	}
	all := []model{}
	for _, name := range a.models.Names() {
		m := model{Name: name, Versions: []version{}, Inputs: []port{}, Outputs: []port{}}
		states, err := a.models.States(name)
		if err != nil { // gone meanwhile
			continue
		}
		for _, s := range states {
			v := version{Number: s.Version, Ready: s.Ready}
			if s.Err != nil {
				v.Error = s.Err.Error()
			}
			m.Versions = append(m.Versions, v)
		}
		if v, err := a.models.Find(serve.Ref{Model: name}); err == nil {
			m.Inputs, m.Outputs = portsOf(v.Inputs), portsOf(v.Outputs)
		}
		all = append(all, m)
	}
	write(w, map[string]any{"models": all})
}

// alone runs f when nobody else runs one.
func (a *api) alone(ctx context.Context, f func()) error {
	ctx, cancel := context.WithTimeout(ctx, a.models.Options().Timeout)
	defer cancel()
	select {
	case a.free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-a.free }()
	f()
	return nil
}
