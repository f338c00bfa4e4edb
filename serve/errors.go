package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Code says what went wrong with a request, for each protocol to say it its way.
type Code int

// The codes, with HTTP's number for each. gRPC's are in package serve/grpc.
const (
	Internal    Code = iota // 500: a fault of the server
	Invalid                 // 400: what was sent cannot be understood, or does not fit the model
	NotFound                // 404: no such model, version, label or path
	TooLarge                // 413: more than a limit allows
	Busy                    // 503: too much waits already; try again
	NotReady                // 503: the model is there, but not loaded
	TimedOut                // 504: not answered in time
	Canceled                // 499: the client has left
	Unsupported             // 501: a part of the protocol that is not served
)

// HTTP returns the code's number in HTTP.
func (c Code) HTTP() int {
	switch c {
	case Invalid:
		return http.StatusBadRequest
	case NotFound:
		return http.StatusNotFound
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case Busy, NotReady:
		return http.StatusServiceUnavailable
	case TimedOut:
		return http.StatusGatewayTimeout
	case Canceled:
		return 499
	case Unsupported:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

// Error is what every failed request returns.
type Error struct {
	Code Code
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// fail makes an Error.
func fail(c Code, format string, args ...any) *Error {
	return &Error{Code: c, Err: fmt.Errorf(format, args...)}
}

// errorOf finds the code of any error.
func errorOf(err error) *Error {
	var (
		known *Error
		shape *runtime.ShapeError
		limit *keras.LimitError
		body  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{TimedOut, errors.New("not answered in time")}
	case errors.Is(err, context.Canceled):
		return &Error{Canceled, errors.New("the client has left")}
	case errors.As(err, &body):
		return fail(TooLarge, "request: wanted at most %d bytes, received more", body.Limit)
	case errors.As(err, &limit):
		return &Error{TooLarge, err}
	case errors.As(err, &shape):
		return &Error{Invalid, err}
	}
	return &Error{Internal, err}
}
