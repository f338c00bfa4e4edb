package serve

import (
	"net/http"
	"runtime/debug"
	"time"
)

// recorder remembers how a request was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

// Flush is for gRPC.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// guard turns a panic into an answer, and logs requests if that is asked for.
func (s *Server) guard(h http.Handler) http.Handler {
	log := s.Models.options.Log
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, record := time.Now(), &recorder{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic", "what", p, "path", r.URL.Path, "stack", string(debug.Stack()))
				if record.status == 0 {
					writeError(record, fail(Internal, "a fault of the server"))
				}
			}
			if s.AccessLog {
				log.Info("request", "method", r.Method, "path", r.URL.Path, "status", record.status, "bytes", record.bytes,
					"seconds", time.Since(began).Seconds(), "client", r.RemoteAddr, "traceparent", Traceparent(r.Header.Get("Traceparent")))
			}
		}()
		h.ServeHTTP(record, r)
	})
}
