package keras

import (
	"context"
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
)

// Session answers calls one after the other, and its stateful layers
// (stateful=True) go on where the last call left them, as model.predict of Keras
// does between batches: row i of a call continues row i of the call before. A
// Program, which any number of goroutines call in any order, starts from zero at
// every call. A Session is for one goroutine.
type Session struct {
	program *Program
	session *runtime.Session
	types   []runtime.Type // of the states
	states  []*runtime.Tensor
}

// NewSession compiles the model for calls that carry state. Without stateful
// layers it answers as a Program does.
func (m *Model) NewSession(opts ...CompileOption) (*Session, error) {
	p, types, err := m.compile(context.Background(), true, opts)
	if err != nil {
		return nil, err
	}
	return &Session{program: p, session: p.program.NewSession(), types: types}, nil
}

// Inputs returns what a call must be given, as Program.Inputs does.
func (s *Session) Inputs() []Port { return s.program.Inputs() }

// Outputs returns what a call gives, as Program.Outputs does.
func (s *Session) Outputs() []Port { return s.program.Outputs() }

// ResetStates makes the next call start from zero, with any number of rows.
func (s *Session) ResetStates() { s.states = nil }

// Run computes all outputs from named inputs, as Program.Run does, and keeps the
// states for the next call. A call that fails changes none. All calls between two
// of ResetStates have the same number of rows; another is a *runtime.ShapeError.
func (s *Session) Run(ctx context.Context, in runtime.Feed) (runtime.Feed, error) {
	p := s.program
	args := make([]*runtime.Tensor, len(p.inputs), len(p.inputs)+len(s.types))
	if err := gather(args, "inputs", p.inputs, in); err != nil {
		return nil, err
	}
	states, err := s.first(args)
	if err != nil {
		return nil, err
	}
	out := make([]*runtime.Tensor, len(p.outputs)+len(s.types))
	if err := s.session.Run(ctx, append(args, states...), out); err != nil {
		return nil, p.nameOutput(err)
	}
	s.states = out[len(p.outputs):]
	answers := make(runtime.Feed, len(p.outputs))
	for i, port := range p.outputs {
		answers[port.Name] = out[i]
	}
	return answers, nil
}

// first returns the states that a call starts from.
func (s *Session) first(args []*runtime.Tensor) ([]*runtime.Tensor, error) {
	if len(s.types) == 0 {
		return nil, nil
	}
	if len(args) == 0 || len(args[0].Shape()) == 0 {
		return nil, &runtime.ShapeError{What: "inputs", Wanted: "a first input with rows, for a stateful model", Received: describe(s.program.inputs)}
	}
	rows := args[0].Shape()[0]
	if s.states != nil {
		if kept := s.states[0].Shape()[0]; kept != rows {
			return nil, &runtime.ShapeError{What: "inputs", Wanted: fmt.Sprintf("%d rows, as in the calls since ResetStates", kept), Received: fmt.Sprintf("%d rows", rows)}
		}
		return s.states, nil
	}
	zeros := make([]*runtime.Tensor, len(s.types))
	for i, t := range s.types {
		shape := append(runtime.Shape{}, t.Shape...)
		shape[0] = rows
		var err error
		if zeros[i], err = runtime.NewTensor(t.DType, shape...); err != nil {
			return nil, err
		}
	}
	return zeros, nil
}
