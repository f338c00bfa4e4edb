package runtime

import (
	"fmt"
	"runtime/debug"
)

// InternalError is returned when an operation panicked: a mistake in this
// module, never in the caller's data. The call is over, its outputs hold
// anything; the Program can be used as before.
type InternalError struct {
	Scope string // the layer that asked for the operation
	Op    string // the operation
	Value any    // what it panicked with
	Stack []byte // of the goroutine that panicked
}

func (e *InternalError) Error() string {
	s := fmt.Sprintf("%s: internal error: %v", e.Op, e.Value)
	if e.Scope != "" {
		s = e.Scope + ": " + s
	}
	return s
}

// Unwrap returns the error that the operation panicked with, if it was one.
func (e *InternalError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// dataError is what an operation panics with when it finds that the caller's data
// cannot be computed with: the call ends in the error.
type dataError struct{ err *ShapeError }

// recoverAt turns a panic in the node's operation into an error: it is deferred.
func recoverAt(n *node, err *error) {
	if v := recover(); v != nil {
		*err = panicked(n, v)
	}
}

// recoverStep turns a panic in the step that runs into an error: it is deferred.
func (b *binding) recoverStep(err *error) {
	if v := recover(); v != nil {
		*err = panicked(b.plan.steps[b.step].node, v)
	}
}

func panicked(n *node, v any) error {
	if d, ok := v.(dataError); ok {
		e := *d.err
		if e.Where == "" && n.scope != "" {
			e.Where = fmt.Sprintf("layer %q", n.scope)
		}
		return &e
	}
	return &InternalError{Scope: n.scope, Op: n.op.name(), Value: v, Stack: debug.Stack()}
}
