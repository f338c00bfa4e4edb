package runtime

import "math"

// calm is the largest size of numbers whose sums and squares stay far from the ends of
// float32, so that none of them becomes NaN.
const calm = 1e18

// size is the largest absolute value of any element, +Inf where it may be NaN.
func (b *bound) size() float64 {
	if b == nil {
		return 0
	}
	if b.nan {
		return math.Inf(1)
	}
	most := 0.0
	for i := range b.lo {
		most = math.Max(most, math.Max(math.Abs(b.lo[i]), math.Abs(b.hi[i])))
	}
	return most
}

// bounds of a recurrence: an LSTM's output is a gate, of 0 to 1, times tanh. A GRU's
// is a mean, weighed by a gate, of the output before it and a tanh: rounding to the
// nearest keeps order, so that no step's result leaves -1 to 1 where none before it did.
func (o *recurrent) bounds(w *bounding, n *node) *bound {
	x, r := o.inputs(n.in)
	within1 := func(rank int, nan bool) *bound { return within(rank, -1, 1, nan) }
	h := 1.0 // the state's largest size
	for _, v := range r.Init {
		h = math.Max(h, w.of[v].size())
	}
	z := w.of[x].size()*w.of[r.Kernel].size()*float64(max(1, r.Kernel.Shape[0])) + h*w.of[r.Recurrent].size()*float64(o.units)
	for _, v := range []*Value{r.Bias, r.RecurrentBias} {
		if v != nil {
			z += w.of[v].size()
		}
	}
	nan := !(z < calm) || r.Kernel.Shape[0] < 0
	rank := len(n.out[0].Shape)
	switch c := o.cell.(type) {
	case *lstm:
		if c.standard {
			state := within1(2, nan)
			if r.Init != nil {
				state = hull(2, state, w.of[r.Init[0]])
			}
			w.of[n.out[1]] = state
			return within1(rank, nan)
		}
	case *gru:
		if c.standard && r.Init == nil {
			w.of[n.out[1]] = within1(2, nan)
			return within1(rank, nan)
		}
	case *simpleRNN:
		switch {
		case o.activation.is(tanhKind):
			return within1(rank, nan)
		case o.activation.is(sigmoidKind): // or 0, behind a mask
			return within(rank, 0, 1, nan)
		}
	}
	return nil
}

// bounds of attention: each answer is a mean of values, whose weights add up to 1 but for
// roundings.
func (o attention) bounds(n *node, in []*bound) *bound {
	keys, depth := n.in[1].Shape[1], n.in[1].Shape[3]
	scores := in[0].size() * in[1].size() * math.Abs(float64(o.scale)) * float64(depth)
	if keys < 0 || keys > 1<<20 || depth < 0 || !(scores < calm) || !(in[0].size() < calm) || !(in[1].size() < calm) || !(in[2].size() < calm) {
		return nil
	}
	b := lastAxis(in[2])
	b = &bound{shape: b.shape.clone(), lo: append([]float64{}, b.lo...), hi: append([]float64{}, b.hi...)}
	for i := range b.lo {
		off := math.Max(math.Abs(b.lo[i]), math.Abs(b.hi[i])) * (slack + 4*float64(keys+8)*unit)
		b.lo[i], b.hi[i] = b.lo[i]-off, b.hi[i]+off
	}
	return b.round()
}

// bounds of a normalization: a number is at most the root of how many there are times
// that of their mean square, whatever their mean.
func (o layerNorm) bounds(n *node, in []*bound) *bound {
	rank := len(n.out[0].Shape)
	cols := n.out[0].Shape[rank-1]
	if cols < 1 || cols > 1<<20 || o.eps < 1e-30 {
		return nil
	}
	most := math.Sqrt(float64(cols)) * (1 + 2*slack + 4*float64(cols+8)*unit)
	b := within(rank, -most, most, !(in[0].size() < calm)).round()
	gamma, beta := vectors(o, in)
	for _, v := range []**bound{gamma, beta} {
		if v == nil {
			continue
		}
		shape := ones(rank)
		shape[rank-1] = len((*v).lo)
		f := times
		if v == beta {
			f = plus
		}
		b = combine(b, (*v).moved(shape), apart, f)
	}
	return b
}
