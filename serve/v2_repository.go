package serve

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// IndexEntry is a version of a model in the repository's index.
type IndexEntry struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	State   string `json:"state"`            // READY or UNAVAILABLE
	Reason  string `json:"reason,omitempty"` // why its files, or newer ones, cannot be served
}

// Index lists all versions, as Triton's model repository extension has it.
func (m *Models) Index() []IndexEntry {
	all := []IndexEntry{}
	for _, name := range m.Names() {
		states, _ := m.States(name)
		for _, t := range states {
			e := IndexEntry{Name: name, Version: strconv.FormatInt(t.Version, 10), State: "READY"}
			if !t.Ready {
				e.State = "UNAVAILABLE"
			}
			if t.Err != nil {
				e.Reason = t.Err.Error()
			}
			all = append(all, e)
		}
		if len(states) == 0 {
			all = append(all, IndexEntry{Name: name, State: "UNAVAILABLE", Reason: "unloaded"})
		}
	}
	return all
}

func (s v2) index(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.models.Index())
}

// NewAdmin returns what only administrators may reach, to be served on a listener
// of its own: POST /v2/repository/models/MODEL/load and …/unload, the index, and
// the metrics.
func NewAdmin(m *Models) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/repository/index", v2{m}.index)
	do := func(verb func(name string) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			err := checkParameters(w, r)
			if err == nil {
				err = verb(r.PathValue("model"))
			}
			if err != nil {
				writeError(w, err)
				return
			}
			writeJSON(w, http.StatusOK, map[string]any{})
		}
	}
	mux.HandleFunc("POST /v2/repository/models/{model}/load", do(m.Load))
	mux.HandleFunc("POST /v2/repository/models/{model}/unload", do(m.Unload))
	mux.Handle("GET /metrics", m.Metrics())
	mux.HandleFunc("/", unknown)
	return mux
}

// checkParameters refuses a request to load or unload that asks for more.
func checkParameters(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		Parameters map[string]any `json:"parameters"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<20)).Decode(&q); err != nil && !errors.Is(err, io.EOF) {
		return badBody(err)
	}
	for key := range q.Parameters {
		if err := RepositoryParameter(key); err != nil {
			return err
		}
	}
	return nil
}

// RepositoryParameter returns the error of a parameter of Triton's that would give a
// model other files or another configuration. No model depends on another here, so
// unload_dependents changes nothing.
func RepositoryParameter(key string) error {
	if key == "unload_dependents" {
		return nil
	}
	return fail(Unsupported, "parameter %q: models are loaded from the paths that the server was given", key)
}
