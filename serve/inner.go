package serve

import (
	"context"
	"errors"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// inner is the last program that computes what a layer gives. One is compiled at a
// time, and one is kept: each packs weights of its own.
type inner struct {
	free chan struct{} // holds a token while somebody looks
	of   *Version
	name string
	last *Version
}

// Inner returns a version that answers with what a layer inside of v gives instead,
// under the same limits. The layer's name is as keras.Outputs takes it, and feeds for
// it may hold inputs that it does not need. It needs Options.KeepModels.
func (m *Models) Inner(ctx context.Context, v *Version, layer string) (*Version, error) {
	if v.Model == nil {
		return nil, fail(NotReady, "model %q: its layers are not kept", v.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, m.options.Timeout)
	defer cancel()
	n := &m.inner
	select {
	case n.free <- struct{}{}:
		defer func() { <-n.free }()
	case <-ctx.Done():
		return nil, errorOf(ctx.Err())
	}
	if n.of == v && n.name == layer {
		return n.last, nil
	}
	p, err := v.Model.CompileContext(ctx, keras.Threads(1), keras.Memory(int(m.options.Memory)), keras.Outputs(layer))
	if err == nil {
		var in *Version
		if in, err = m.version(v.Name, v.Number, p); err == nil {
			n.of, n.name, n.last = v, layer, in
			return in, nil
		}
	}
	var unknown *keras.NameError
	if errors.As(err, &unknown) {
		return nil, &Error{NotFound, err}
	}
	return nil, errorOf(err)
}

// Needed returns those tensors of a feed that the version has an input for.
func (v *Version) Needed(in runtime.Feed) runtime.Feed {
	out := runtime.Feed{}
	for _, p := range v.Inputs {
		if t := in[p.Name]; t != nil {
			out[p.Name] = t
		}
	}
	return out
}
