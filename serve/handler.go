package serve

import "net/http"

// NewHandler answers for models: /v1/models/… as TensorFlow Serving, /v2/… as the
// Open Inference Protocol, and /healthz and /readyz. A request ends when its
// context does, which is when its client leaves. Limits are those of the models'
// Options; reading slowly is for the http.Server to end.
func NewHandler(m *Models) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/models/", v1{m})
	kserveV1(mux, m)
	v2{m}.routes(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"live": true})
	})
	mux.HandleFunc("GET /readyz", v2{m}.ready)
	mux.HandleFunc("/", unknown)
	return mux
}

func unknown(w http.ResponseWriter, r *http.Request) {
	writeError(w, fail(NotFound, "nothing answers %s %s", r.Method, r.URL.Path))
}
