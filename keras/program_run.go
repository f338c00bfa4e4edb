package keras

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/kerasrun/kerasrun/runtime"
)

// Run computes all outputs from named inputs. The result's names are those of
// Outputs. It ends with the context's error when ctx is done.
//
// in must hold a tensor for each of Inputs and no other. What is missing, of no
// use, or of another type or shape is one *runtime.ShapeError that names all of
// it.
func (p *Program) Run(ctx context.Context, in runtime.Feed) (runtime.Feed, error) {
	a := p.idle.take(p)
	defer p.idle.give(a)
	if err := gather(a.in, "inputs", p.inputs, in); err != nil {
		return nil, err
	}
	if err := p.program.Run(ctx, a.in, a.out); err != nil {
		return nil, p.nameOutput(err)
	}
	out := make(runtime.Feed, len(a.out))
	for i, t := range a.out {
		out[p.outputs[i].Name] = t
	}
	return out, nil
}

// RunInto is Run into the caller's memory: out holds a tensor for each of
// Outputs, of the sizes that these inputs give, as an earlier Run returned them
// or runtime.NewTensor makes them. It does not allocate. Inputs and outputs must
// not share memory.
func (p *Program) RunInto(ctx context.Context, out, in runtime.Feed) error {
	a := p.idle.take(p)
	defer p.idle.give(a)
	if err := gather(a.in, "inputs", p.inputs, in); err != nil {
		return err
	}
	if err := gather(a.out, "outputs", p.outputs, out); err != nil {
		return err
	}
	return p.nameOutput(p.program.Run(ctx, a.in, a.out))
}

// RunAll is Run for those who go by place: the inputs in the order of Inputs, the
// result in the order of Outputs.
func (p *Program) RunAll(ctx context.Context, in []*runtime.Tensor) ([]*runtime.Tensor, error) {
	out := make([]*runtime.Tensor, len(p.outputs))
	return out, p.program.Run(ctx, in, out)
}

// gather puts the tensors of a feed in the order of the ports.
func gather(into []*runtime.Tensor, what string, ports []Port, feed runtime.Feed) error {
	fine := len(feed) == len(ports)
	for i, port := range ports {
		t := feed[port.Name]
		into[i] = t
		fine = fine && port.takes(t)
	}
	if fine {
		return nil
	}
	return &runtime.ShapeError{What: what, Wanted: describe(ports), Received: strings.Join(misfits(ports, feed), "; ")}
}

// takes reports whether a tensor fits the port.
func (p Port) takes(t *runtime.Tensor) bool {
	if t == nil || t.DType() != p.DType || len(t.Shape()) != len(p.Shape) {
		return false
	}
	for i, d := range p.Shape {
		if d >= 0 && t.Shape()[i] != d {
			return false
		}
	}
	return true
}

// misfits tells all that is wrong with a feed.
func misfits(ports []Port, feed runtime.Feed) []string {
	var found []string
	known := map[string]bool{}
	for _, p := range ports {
		known[p.Name] = true
		if t := feed[p.Name]; t == nil {
			found = append(found, fmt.Sprintf("no %q", p.Name))
		} else if !p.takes(t) {
			found = append(found, fmt.Sprintf("%q as %s", p.Name, t.Type()))
		}
	}
	var extra []string
	for name := range feed {
		if !known[name] {
			extra = append(extra, fmt.Sprintf("%q, which is none of them", name))
		}
	}
	slices.Sort(extra)
	return append(found, extra...)
}

// nameOutput names the output that an error of the runtime tells by its place.
func (p *Program) nameOutput(err error) error {
	if err == nil {
		return nil
	}
	var e *runtime.ShapeError
	if errors.As(err, &e) {
		for i, o := range p.outputs {
			if e.What == fmt.Sprintf("output %d", i) {
				named := *e
				named.What = fmt.Sprintf("output %q", o.Name)
				return &named
			}
		}
	}
	return err
}

func describe(ports []Port) string {
	var s []string
	for _, p := range ports {
		s = append(s, p.Name+" "+p.Type.String())
	}
	return strings.Join(s, ", ")
}

// arguments are the tensors of one call in the program's order.
type arguments struct{ in, out []*runtime.Tensor }

// argumentPool keeps arguments between calls. Unlike a sync.Pool it is not
// emptied by the garbage collector.
type argumentPool struct {
	mu   sync.Mutex
	free []*arguments
}

func (l *argumentPool) take(p *Program) *arguments {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		a := l.free[n-1]
		l.free = l.free[:n-1]
		return a
	}
	return &arguments{make([]*runtime.Tensor, len(p.inputs)), make([]*runtime.Tensor, len(p.outputs))}
}

func (l *argumentPool) give(a *arguments) {
	clear(a.in) // keep nothing of the caller's alive
	clear(a.out)
	l.mu.Lock()
	l.free = append(l.free, a)
	l.mu.Unlock()
}

func (l *argumentPool) trim() {
	l.mu.Lock()
	l.free = nil
	l.mu.Unlock()
}
