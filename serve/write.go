package serve

import (
	"encoding/json"
	"net/http"
)

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil { // nothing that is written here can fail to be
		status, data = http.StatusInternalServerError, []byte(`{"error":"internal"}`)
	}
	writeBytes(w, status, append(data, '\n'))
}

func writeBytes(w http.ResponseWriter, status int, data []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data) // the client is gone if it fails
}

// WriteError answers with an error as both protocols write it: {"error": …}.
func WriteError(w http.ResponseWriter, err error) { writeError(w, err) }

func writeError(w http.ResponseWriter, err error) {
	e := errorOf(err)
	if e.Code == Busy || e.Code == NotReady {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, e.Code.HTTP(), map[string]string{"error": e.Error()})
}
