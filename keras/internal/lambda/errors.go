package lambda

import "fmt"

// Kind says what is wrong with a function.
type Kind int

// The kinds of errors.
const (
	Broken  Kind = iota // the bytes are no code object
	Limit               // it asks for more than the limits of this package
	Refused             // it is sound, and does what cannot be lifted
)

// Error says why a function was not lifted.
type Error struct {
	Kind    Kind
	What    string
	Listing string // the instructions, with the one in the way marked; "" where none was reached
}

func (e *Error) Error() string {
	s := e.What
	if e.Kind == Broken {
		s = "its code is broken: " + s
	}
	if e.Listing != "" {
		s += "\n" + e.Listing
	}
	return s
}

func broken(format string, args ...any) *Error {
	return &Error{Kind: Broken, What: fmt.Sprintf(format, args...)}
}

func beyond(what string, most, asked int) *Error {
	return &Error{Kind: Limit, What: fmt.Sprintf("%s must be at most %d, received %d", what, most, asked)}
}

func refuse(format string, args ...any) *Error {
	return &Error{Kind: Refused, What: fmt.Sprintf(format, args...)}
}
