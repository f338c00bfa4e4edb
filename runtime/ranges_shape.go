package runtime

import "slices"

// lastAxis joins the bounds of all places but along the last axis.
func lastAxis(x *bound) *bound {
	rank := len(x.shape)
	if rank == 0 || len(x.lo) == x.shape[rank-1] {
		return x
	}
	n := x.shape[rank-1]
	b := &bound{shape: within(rank, 0, 0, false).shape, nan: x.nan, lo: slices.Clone(x.lo[:n]), hi: slices.Clone(x.hi[:n]), roundings: x.roundings}
	b.shape[rank-1] = n
	if x.terms != nil {
		b.terms = slices.Clone(x.terms[:n])
	}
	for i := range x.lo {
		k := i % n
		b.lo[k], b.hi[k] = min(b.lo[k], x.lo[i]), max(b.hi[k], x.hi[i])
		if b.terms != nil {
			b.terms[k] = max(b.terms[k], x.terms[i])
		}
	}
	return b
}

// spread gives each of n places along the last axis a bound of its own.
func (b *bound) spread(n int) *bound {
	if len(b.lo) == n {
		return b
	}
	s := &bound{shape: b.shape.clone(), nan: b.nan, roundings: b.roundings}
	for range n {
		s.lo, s.hi = append(s.lo, b.lo[0]), append(s.hi, b.hi[0])
		if b.terms != nil {
			s.terms = append(s.terms, b.terms[0])
		}
	}
	if len(s.shape) > 0 {
		s.shape[len(s.shape)-1] = n
	}
	return s
}

// reshaped keeps a bound for each element where an element's place within its row can
// be told, and one for all otherwise.
func reshaped(x *bound, from, to Shape) *bound {
	rank := len(to)
	if len(x.lo) == 1 {
		return x.moved(ones(rank))
	}
	if x.shape.Equal(from) && to.Known() { // the batch among them: numbers that are there
		return x.moved(to.clone())
	}
	row := func(s Shape) int {
		n := 1
		for _, d := range s[min(1, len(s)):] {
			if d < 0 {
				return -1
			}
			n *= d
		}
		return n
	}
	n := row(from)
	if len(from) == 0 || rank == 0 || n < 0 || n != row(to) || n > mostBounds || x.shape[0] != 1 {
		return hull(rank, x)
	}
	full := from.clone()
	full[0] = 1
	p := newPlaces(full, x.shape)
	b := &bound{shape: to.clone(), nan: x.nan, roundings: x.roundings}
	b.shape[0] = 1
	for i := range n {
		k := p.of(i)
		b.lo, b.hi = append(b.lo, x.lo[k]), append(b.hi, x.hi[k])
		if x.terms != nil {
			b.terms = append(b.terms, x.terms[k])
		}
	}
	return b
}

func ones(rank int) Shape { return within(rank, 0, 0, false).shape }

// moved is the same bounds under another shape.
func (b *bound) moved(shape Shape) *bound {
	c := *b
	c.shape = shape
	return &c
}

func (o transpose) bounds(x *bound) *bound {
	if len(x.lo) == 1 {
		return x
	}
	shape := make(Shape, len(o.perm))
	from := make([]int, len(o.perm)) // strides of x along the axes of the result
	for a, p := range o.perm {
		shape[a] = x.shape[p]
		from[a] = x.shape[p+1:].size()
	}
	b := &bound{shape: shape, nan: x.nan, roundings: x.roundings}
	p := places{shape, from}
	for i := range x.lo {
		k := p.of(i)
		b.lo, b.hi = append(b.lo, x.lo[k]), append(b.hi, x.hi[k])
		if x.terms != nil {
			b.terms = append(b.terms, x.terms[k])
		}
	}
	return b
}

// bounds of tensors that are joined along the last axis, or one for all elements.
func (o concat) bounds(n *node, in []*bound) *bound {
	rank := len(n.out[0].Shape)
	b := &bound{shape: ones(rank)}
	for i, x := range in {
		width := n.in[i].Shape[rank-1]
		if o.axis != rank-1 || width < 0 || width > mostBounds {
			return hull(rank, in...)
		}
		x = lastAxis(x).spread(width)
		b.lo, b.hi, b.nan = append(b.lo, x.lo...), append(b.hi, x.hi...), b.nan || x.nan
	}
	b.shape[rank-1] = len(b.lo)
	return b
}
