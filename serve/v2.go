package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// v2 is the Open Inference Protocol over HTTP, with Triton's extensions for binary
// tensors and statistics. Those that load and unload are the admin's.
type v2 struct{ models *Models }

// Extensions lists what is served beyond the protocol, under Triton's names.
var Extensions = []string{"binary_tensor_data", "model_configuration", "model_repository", "statistics"}

// Platform is what models are served by, as the protocol's metadata names it.
const Platform = "kerasrun_keras"

func (s v2) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /v2/health/live", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"live": true})
	})
	mux.HandleFunc("GET /v2/health/ready", s.ready)
	mux.HandleFunc("GET /v2", s.server)
	mux.HandleFunc("GET /v2/{$}", s.server)
	mux.HandleFunc("GET /v2/models/stats", s.allStatistics)
	mux.HandleFunc("POST /v2/repository/index", s.index)
	s.unserved(mux)
	for _, version := range []string{"", "/versions/{version}"} {
		model := "/v2/models/{model}" + version
		mux.HandleFunc("GET "+model, s.of(s.metadata))
		mux.HandleFunc("GET "+model+"/ready", s.of(s.modelReady))
		mux.HandleFunc("GET "+model+"/config", s.of(s.config))
		mux.HandleFunc("GET "+model+"/stats", s.of(s.statistics))
		mux.HandleFunc("POST "+model+"/infer", func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			v, err := s.find(r)
			if err == nil {
				err = s.infer(w, r, v)
			}
			s.models.Count("v2", v, began, err)
			if err != nil {
				writeError(w, err)
			}
		})
	}
}

// find returns the version that a path names.
func (s v2) find(r *http.Request) (*Version, error) {
	ref := Ref{Model: r.PathValue("model")}
	if n := r.PathValue("version"); n != "" {
		var err error
		if ref.Version, err = strconv.ParseInt(n, 10, 64); err != nil || ref.Version < 1 {
			return nil, fail(NotFound, "model %q: wanted a version from 1, received %q", ref.Model, n)
		}
	}
	return s.models.Find(ref)
}

// of answers for a version.
func (s v2) of(answer func(w http.ResponseWriter, v *Version)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := s.find(r)
		if err != nil {
			writeError(w, err)
			return
		}
		answer(w, v)
	}
}

func (s v2) ready(w http.ResponseWriter, _ *http.Request) {
	ready, status := s.models.Ready(), http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	writeJSON(w, status, map[string]bool{"ready": ready, "live": true})
}

func (s v2) server(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"name": "kerasrun", "version": ModuleVersion(), "extensions": Extensions})
}

func (s v2) modelReady(w http.ResponseWriter, v *Version) {
	writeJSON(w, http.StatusOK, map[string]any{"name": v.Name, "ready": true})
}

// port is a tensor in the protocol's metadata.
type port struct {
	Name     string `json:"name"`
	Datatype string `json:"datatype"`
	Shape    []int  `json:"shape"`
}

func portsV2(ports []keras.Port) []port {
	all := []port{}
	for _, p := range ports {
		all = append(all, port{p.Name, oip.Datatype(p.DType), Dims(p)})
	}
	return all
}

// Dims returns the shape of a port with -1 for sizes that are not known, as
// protocols write it.
func Dims(p keras.Port) []int {
	dims := make([]int, len(p.Shape))
	for i, d := range p.Shape {
		dims[i] = max(d, -1)
	}
	return dims
}

func (s v2) metadata(w http.ResponseWriter, v *Version) {
	versions := []string{}
	for _, n := range s.models.Numbers(v.Name) {
		versions = append(versions, strconv.FormatInt(n, 10))
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"name": v.Name, "versions": versions, "platform": Platform, "inputs": portsV2(v.Inputs), "outputs": portsV2(v.Outputs),
	})
}

// ConfigType is what Triton's model configuration calls an element type.
func ConfigType(d runtime.DType) string {
	if d == runtime.String {
		return "TYPE_STRING"
	}
	return "TYPE_" + oip.Datatype(d)
}

// config is the part of Triton's model configuration that clients go by.
func (s v2) config(w http.ResponseWriter, v *Version) {
	ports := func(ports []keras.Port) []any {
		all := []any{}
		for _, p := range ports {
			all = append(all, map[string]any{"name": p.Name, "data_type": ConfigType(p.DType), "dims": Dims(p)})
		}
		return all
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"name": v.Name, "platform": Platform, "max_batch_size": 0, "input": ports(v.Inputs), "output": ports(v.Outputs),
	})
}
