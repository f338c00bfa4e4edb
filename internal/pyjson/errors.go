package pyjson

import (
	"errors"
	"fmt"
)

// SyntaxError is returned when a text is not JSON.
type SyntaxError struct {
	At       int    // the byte
	What     string // what of the text there; may be empty
	Wanted   string
	Received string
}

func (e *SyntaxError) Error() string {
	return e.Place() + " wanted " + e.Wanted + ", received " + e.Received
}

// Place says where the text is wrong.
func (e *SyntaxError) Place() string { return fmt.Sprintf("JSON at byte %d:%s", e.At, e.What) }

// ErrDepth is returned when lists and objects are nested deeper than the caller
// allows.
var ErrDepth = errors.New("nested too deeply")

// ErrMemory is returned when the values of a text would take more memory than the
// caller allows.
var ErrMemory = errors.New("values that take too much memory for their text")
