package serve

import (
	"net/http"
	"strings"
)

// kserveV1 answers what KServe's V1 protocol has beside TensorFlow Serving's: the list
// of models, and whether the server lives. Its name and ready of a model are in the
// model's status.
func kserveV1(mux *http.ServeMux, m *Models) {
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"models": append([]string{}, m.Names()...)})
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "alive"})
	})
}

// pageOr shows the page to who may read HTML, and answers others by alive.
func pageOr(alive, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept")
		if accept := r.Header.Get("Accept"); accept != "" && !strings.Contains(accept, "text/html") {
			alive.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}
