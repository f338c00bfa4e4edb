// Command service answers rows over HTTP with a model that is part of the
// binary: POST a JSON array of rows, receive one of answers.
//
//	go run ./examples/service &
//	curl -d '[[0.1, 0.2, …]]' localhost:8080
package main

import (
	"embed"
	"encoding/json"
	"log"
	"net/http"

	"github.com/kerasrun/kerasrun/keras"
)

//go:embed model.keras
var files embed.FS

func main() {
	h, err := handler()
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", h))
}

// handler loads the model once. The program is safe for all requests at a time.
func handler() (http.Handler, error) {
	m, err := keras.ReadFS(files, "model.keras")
	if err != nil {
		return nil, err
	}
	p, err := m.Compile()
	if err != nil {
		return nil, err
	}
	width := p.Inputs()[0].Shape[1]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var rows [][]float32
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&rows); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answers := make([][]float32, len(rows))
		for i, row := range rows {
			if len(row) != width {
				http.Error(w, "each row must have as many numbers as the model's input", http.StatusBadRequest)
				return
			}
			y, err := p.Predict(row)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			answers[i] = y
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answers) // the client is gone if it fails
	}), nil
}
