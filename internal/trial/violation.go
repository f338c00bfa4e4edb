package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// What a trial of a file must keep to.
const (
	MaxLoad   = detector * time.Second
	MaxMemory = detector * 64 << 20 // beyond the file's size
)

// Violation says what is wrong with a trial of a file of this size, or "" when
// nothing is.
func (r Report) Violation(size int64) string {
	switch {
	case r.Panic != "":
		return "panic in " + r.Stage + ": " + r.Panic
	case r.Err != nil && Kind(r.Err) == "":
		return fmt.Sprintf("an error of no known type in %s: %T %v", r.Stage, r.Err, r.Err)
	case r.Stage == "load" && Kind(r.Err) == "ShapeError":
		return fmt.Sprintf("a ShapeError of a file: %v", r.Err)
	case r.Load > MaxLoad:
		return fmt.Sprintf("load and compile took %v (%v)", r.Load, r.Err)
	case r.Total > 2*MaxLoad:
		return fmt.Sprintf("one row took %v", r.Total)
	case r.Memory > size+MaxMemory:
		return fmt.Sprintf("took %d bytes of memory, %d more than the file has (%s, %v)", r.Memory, r.Memory-size, r.Stage, r.Err)
	}
	return ""
}

// Kind names the type of an error that loading or running may return: one of
// FormatError, UnsupportedError, LimitError and ShapeError, or "deadline", or "" for
// any other.
func Kind(err error) string {
	var (
		format      *keras.FormatError
		unsupported *keras.UnsupportedError
		limit       *keras.LimitError
		shape       *runtime.ShapeError
	)
	switch {
	case errors.As(err, &unsupported):
		return "UnsupportedError"
	case errors.As(err, &limit):
		return "LimitError"
	case errors.As(err, &format):
		return "FormatError"
	case errors.As(err, &shape):
		return "ShapeError"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	}
	return ""
}
