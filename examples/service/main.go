// Command service answers rows over HTTP with a model that is part of the
// binary: POST a JSON array of rows, receive one of answers.
//
//	go run ./examples/service &
//	curl -d '[[0.1, 0.2, …]]' localhost:8080
//
// Rows of requests that come together are computed in one batch (batcher.go). A
// request that is not answered in time is given up, one that finds the queue full
// is turned away at once, and an interrupt lets those that run finish.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/kerasrun/kerasrun/keras"
)

//go:embed model.keras
var files embed.FS

const (
	bodyBytes   = 1 << 20         // of a request
	requestTime = 2 * time.Second // from the first byte to the answer
	grace       = 5 * time.Second // for requests that run when the service is stopped
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p, err := compile()
	if err != nil {
		log.Fatal(err)
	}
	s := &http.Server{
		Addr: "localhost:8080", Handler: handler(newBatcher(p)),
		ReadTimeout: requestTime, WriteTimeout: 2 * requestTime, IdleTimeout: time.Minute,
	}
	go func() {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		if err := s.Shutdown(ending); err != nil {
			log.Print(err)
		}
	}()
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

// compile loads the model. Calls have one goroutine each: the batcher keeps the
// cores busy with several.
func compile() (*keras.Program, error) {
	m, err := keras.ReadFS(files, "model.keras")
	if err != nil {
		return nil, err
	}
	return m.Compile(keras.Threads(1))
}

func handler(b *batcher) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		var rows [][]float32
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyBytes)).Decode(&rows); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answers, err := b.predict(ctx, rows)
		switch {
		case err == nil:
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(answers) // the client is gone if it fails
		case errors.Is(err, errRow):
			http.Error(w, err.Error(), http.StatusBadRequest)
		case errors.Is(err, errBusy):
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		case errors.Is(err, context.DeadlineExceeded):
			http.Error(w, "not answered in time", http.StatusGatewayTimeout)
		default:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}
