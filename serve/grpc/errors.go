package grpc

import (
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/serve"
)

// statusOf is gRPC's form of an error.
func statusOf(err error) error {
	if err == nil {
		return nil
	}
	var e *serve.Error
	if !errors.As(err, &e) {
		return status.Error(codes.Internal, err.Error())
	}
	code := codes.Internal
	switch e.Code {
	case serve.Invalid:
		code = codes.InvalidArgument
	case serve.NotFound:
		code = codes.NotFound
	case serve.TooLarge:
		code = codes.ResourceExhausted
	case serve.Busy, serve.NotReady:
		code = codes.Unavailable
	case serve.TimedOut:
		code = codes.DeadlineExceeded
	case serve.Canceled:
		code = codes.Canceled
	case serve.Unsupported:
		code = codes.Unimplemented
	}
	return status.Error(code, e.Error())
}

// invalid is the error of a request that cannot be understood.
func invalid(err error) error { return &serve.Error{Code: serve.Invalid, Err: err} }
