package runtime

// simpleRNN is h = act(x·W + h·U).
type simpleRNN struct{ act chain }

func (*simpleRNN) name() string { return "simple_rnn" }
func (*simpleRNN) gates() int   { return 1 }
func (*simpleRNN) parts() []int { return []int{1} }
func (*simpleRNN) states() int  { return 1 }

func (*simpleRNN) step(b *Builder, xz, _ *Value, states []*Value, act, _ Elementwise, product Product) []*Value {
	return b.SimpleRNNStep(xz, states, act, product)
}

// SimpleRNNStep adds one step of a simple recurrent network: xz is the input's
// share, the bias in it; the state is h.
func (b *Builder) SimpleRNNStep(xz *Value, states []*Value, act Elementwise, product Product) []*Value {
	return []*Value{act.apply(b, b.Add(xz, product(b, states[0], 0, 1)))}
}

func (o *simpleRNN) advance(g *rnnFrame, lo, hi int) {
	u := g.units
	z := g.z[lo*u : hi*u]
	p := g.product(0, g.h[lo*u:], z, hi-lo, u)
	p.Accumulate = true
	p.Run()
	o.act.apply(z)
	copy(g.h[lo*u:], z)
}

// SimpleRNN adds a simple recurrent network over x (batch, time, features), from
// which come y, (batch, time, units) or (batch, units), and the last state.
func (b *Builder) SimpleRNN(x *Value, r Recurrence) (y *Value, states []*Value) {
	o := &simpleRNN{}
	o.act, _ = chainOf(r.Activation)
	return b.recur(o, x, r)
}
