package serve

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// v1 is TensorFlow Serving's REST API.
type v1 struct{ models *Models }

// call is what a path of /v1/models/ asks for.
type call struct {
	ref  Ref
	verb string // "predict", "metadata", or "" for the status
}

// parse reads MODEL[/versions/N|/labels/L][:VERB|/metadata].
func (v1) parse(path string) (c call, ok bool) {
	rest, ok := strings.CutPrefix(path, "/v1/models/")
	if !ok {
		return c, false
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		rest, c.verb = rest[:i], rest[i+1:]
		if c.verb == "" || c.verb == "metadata" {
			return c, false
		}
	} else if name, ok := strings.CutSuffix(rest, "/metadata"); ok {
		rest, c.verb = name, "metadata"
	}
	part := strings.Split(rest, "/")
	c.ref.Model = part[0]
	switch {
	case part[0] == "":
		return c, false
	case len(part) == 1:
		return c, true
	case len(part) == 3 && part[1] == "versions":
		n, err := strconv.ParseInt(part[2], 10, 64)
		c.ref.Version = n
		return c, err == nil && n > 0
	case len(part) == 3 && part[1] == "labels" && part[2] != "":
		c.ref.Label = part[2]
		return c, true
	}
	return c, false
}

func (s v1) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, ok := s.parse(r.URL.Path)
	method := http.MethodGet
	if c.verb != "" && c.verb != "metadata" {
		method = http.MethodPost
	}
	if !ok || r.Method != method {
		writeError(w, fail(Invalid, "Malformed request: %s %s", r.Method, r.URL.Path))
		return
	}
	switch c.verb {
	case "":
		s.status(w, c.ref)
	case "metadata":
		s.metadata(w, c.ref)
	case "predict":
		began := time.Now()
		v, err := s.models.Find(c.ref)
		if err == nil {
			err = s.predict(w, r, v)
		}
		s.models.Count("v1", v, began, err)
		if err != nil {
			writeError(w, err)
		}
	case "classify", "regress":
		writeError(w, fail(Invalid, "model %q: wanted :predict, received :%s, which Keras models have no signature for", c.ref.Model, c.verb))
	default:
		writeError(w, fail(Invalid, "Malformed request: %s %s", r.Method, r.URL.Path))
	}
}

// status tells the state of the versions, as TensorFlow Serving does, and what KServe's
// clients of V1 look at.
func (s v1) status(w http.ResponseWriter, ref Ref) {
	states, err := s.models.States(ref.Model)
	if err == nil && (ref.Version != 0 || ref.Label != "") {
		var v *Version
		if v, err = s.models.Find(ref); err == nil {
			states = only(states, v.Number)
		}
	}
	if err != nil {
		writeError(w, err)
		return
	}
	type status struct {
		Code    string `json:"error_code"`
		Message string `json:"error_message"`
	}
	type version struct {
		Version string `json:"version"`
		State   string `json:"state"`
		Status  status `json:"status"`
	}
	all := []version{}
	for _, t := range states {
		v := version{strconv.FormatInt(t.Version, 10), "AVAILABLE", status{Code: "OK"}}
		if !t.Ready {
			v.State = "END"
			v.Status.Code = "UNKNOWN"
		}
		if t.Err != nil {
			v.Status.Message = t.Err.Error()
		}
		all = append(all, v)
	}
	_, err = s.models.Find(ref)
	writeJSON(w, http.StatusOK, map[string]any{"model_version_status": all, "name": ref.Model, "ready": err == nil})
}

// only returns the state of one version.
func only(states []State, number int64) []State {
	for _, t := range states {
		if t.Version == number {
			return []State{t}
		}
	}
	return nil
}
