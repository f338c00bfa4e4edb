package serve

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Run answers one request: in holds a tensor for each of the version's inputs, and
// the result one for each of its outputs. Rows of other requests that wait may be
// computed with it, which changes no bit of the answer. Every error is an *Error.
func (m *Models) Run(ctx context.Context, v *Version, in runtime.Feed) (runtime.Feed, error) {
	began := time.Now()
	m.metrics.inflight.Inc()
	defer m.metrics.inflight.Dec()
	ctx, cancel := context.WithTimeout(ctx, m.options.Timeout)
	defer cancel()
	j, err := m.run(ctx, v, in)
	v.stats.answered(j, time.Since(began))
	if err != nil {
		return nil, errorOf(err)
	}
	m.metrics.answered(v, j)
	out := make(runtime.Feed, len(j.out))
	for i, t := range j.out {
		out[v.Outputs[i].Name] = t
	}
	return out, nil
}

func (m *Models) run(ctx context.Context, v *Version, in runtime.Feed) (*job, error) {
	tensors, err := v.arguments(in)
	if err != nil {
		return nil, err
	}
	rows := 1
	if len(tensors) > 0 && len(tensors[0].Shape()) > 0 {
		rows = tensors[0].Shape()[0]
	}
	if rows > m.options.MaxRows {
		return nil, fail(Invalid, "request: wanted at most %d rows, received %d", m.options.MaxRows, rows)
	}
	j, err := v.queue.run(ctx, tensors, rows)
	if err != nil {
		return nil, err
	}
	return j, nil
}

// arguments puts a request's tensors in the order of the inputs. The error names
// all that does not fit.
func (v *Version) arguments(in runtime.Feed) ([]*runtime.Tensor, error) {
	var (
		wrong []string
		all   = make([]*runtime.Tensor, len(v.Inputs))
	)
	for i, p := range v.Inputs {
		t := in[p.Name]
		switch {
		case t == nil:
			wrong = append(wrong, fmt.Sprintf("no %q", p.Name))
		case !fits(p, t):
			wrong = append(wrong, fmt.Sprintf("%q as %s", p.Name, t.Type()))
		case i > 0 && all[0] != nil && v.queue.together && t.Shape()[0] != all[0].Shape()[0]:
			wrong = append(wrong, fmt.Sprintf("%d rows of %q beside %d of %q", t.Shape()[0], p.Name, all[0].Shape()[0], v.Inputs[0].Name))
		}
		all[i] = t
	}
	for name := range in {
		if !slices.ContainsFunc(v.Inputs, func(p keras.Port) bool { return p.Name == name }) {
			wrong = append(wrong, fmt.Sprintf("%q, which is none of them", name))
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		var wanted []string
		for _, p := range v.Inputs {
			wanted = append(wanted, p.Name+" "+p.Type.String())
		}
		return nil, fail(Invalid, "inputs: wanted %s, received %s", strings.Join(wanted, ", "), strings.Join(wrong, "; "))
	}
	return all, nil
}

// fits reports whether a tensor is what an input takes.
func fits(p keras.Port, t *runtime.Tensor) bool {
	if t.DType() != p.DType || len(t.Shape()) != len(p.Shape) {
		return false
	}
	for i, d := range p.Shape {
		if d >= 0 && t.Shape()[i] != d {
			return false
		}
	}
	return true
}
