//go:build js && wasm

// Command wasm is the server of the page as a static site: it runs in a worker of
// the browser, and answers there what a server would.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"syscall/js"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/page"
)

func main() {
	h := handler(serve.NewModels(serve.Options{KeepModels: true, MaxBody: 1 << 29}))
	// kerasrunAsk(method, path, body as a Uint8Array, done) calls done(status, text).
	js.Global().Set("kerasrunAsk", js.FuncOf(func(_ js.Value, args []js.Value) any {
		method, path, done := args[0].String(), args[1].String(), args[3]
		body := make([]byte, args[2].Length())
		js.CopyBytesToGo(body, args[2])
		go func() { // what blocks must not block JavaScript
			status, text := answer(h, method, path, body)
			done.Invoke(status, text)
		}()
		return nil
	}))
	js.Global().Call("kerasrunReady")
	select {} // the function stays callable
}

// answer has the handler answer a request, and ends what it panics with.
func answer(h http.Handler, method, path string, body []byte) (status int, text string) {
	w := newRecorder()
	defer func() {
		if p := recover(); p != nil {
			w = newRecorder()
			serve.WriteError(w, &serve.Error{Code: serve.Internal, Err: fmt.Errorf("a fault of kerasrun: %v", p)})
			status, text = w.status, w.body.String()
		}
	}()
	u, err := url.Parse("/" + path)
	if err != nil {
		serve.WriteError(w, &serve.Error{Code: serve.Invalid, Err: err})
		return w.status, w.body.String()
	}
	r, _ := http.NewRequest(method, u.String(), bytes.NewReader(body)) // the method is the page's own
	h.ServeHTTP(w, r)
	return w.status, w.body.String()
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func handler(models *serve.Models) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", serve.NewHandler(models))
	mux.Handle("/page/api/", page.NewAPI(models))
	mux.HandleFunc("POST /page/api/load", func(w http.ResponseWriter, r *http.Request) {
		if err := load(models, r); err != nil {
			serve.WriteError(w, err)
			return
		}
		_, _ = w.Write([]byte("{}"))
	})
	return mux
}

// load adds a model that is the body of a request, in the place of one of its name.
func load(models *serve.Models, r *http.Request) error {
	var file bytes.Buffer
	if _, err := file.ReadFrom(r.Body); err != nil {
		return err
	}
	model, err := keras.Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err == nil {
		err = models.Add(r.URL.Query().Get("name"), 1, model)
	}
	var limit *keras.LimitError
	if err != nil && !errors.As(err, &limit) {
		err = &serve.Error{Code: serve.Invalid, Err: err}
	}
	return err
}
