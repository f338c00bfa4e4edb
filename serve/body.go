package serve

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
)

// decoded is how many times the memory of its bytes a request may take, once its
// elements stand in tensors: "1," becomes four bytes, `"",` sixteen, and what grows
// is copied.
const decoded = 8

// body reads a request's body, which may be packed. release gives its memory back
// once the request is answered.
func (m *Models) body(w http.ResponseWriter, r *http.Request) (data []byte, release func(), err error) {
	most := min(m.options.MaxBody, m.requests.most/decoded)
	if r.ContentLength > most {
		return nil, nil, fail(TooLarge, "request: wanted at most %d bytes, received %d", most, r.ContentLength)
	}
	var (
		from io.Reader = http.MaxBytesReader(w, r.Body, most)
		size           = r.ContentLength
	)
	switch e := r.Header.Get("Content-Encoding"); e {
	case "", "identity":
	case "gzip":
		size = -1
		from, err = gzip.NewReader(from)
	case "deflate":
		size = -1
		from, err = zlib.NewReader(from)
	default:
		return nil, nil, fail(Invalid, "Content-Encoding: wanted gzip, deflate or none, received %q", e)
	}
	if err != nil {
		return nil, nil, badBody(err)
	}
	takes := most
	if size >= 0 {
		takes = size
	}
	takes *= decoded
	if !m.requests.try(takes) {
		return nil, nil, fail(Busy, "too many large requests at a time")
	}
	release = func() { m.requests.give(takes) }
	if data, err = readAll(from, size, most); err != nil {
		release()
		return nil, nil, badBody(err)
	}
	return data, release, nil
}

// readAll reads at most so many bytes; size is how many there should be, if known.
func readAll(from io.Reader, size, most int64) ([]byte, error) {
	if size < 0 {
		data, err := io.ReadAll(io.LimitReader(from, most+1))
		if err == nil && int64(len(data)) > most {
			err = fail(TooLarge, "request: wanted at most %d bytes, received more", most)
		}
		return data, err
	}
	data := make([]byte, size)
	_, err := io.ReadFull(from, data)
	return data, err
}

// badBody is the error of a body that could not be read.
func badBody(err error) error {
	var known *Error
	var large *http.MaxBytesError
	if errors.As(err, &known) || errors.As(err, &large) {
		return err
	}
	return fail(Invalid, "request: %v", err)
}
