package runtime

import "math"

// ends are the bounds of one element.
type ends struct{ lo, hi float64 }

func plus(a, b ends) (ends, bool) {
	return ends{a.lo + b.lo, a.hi + b.hi}, math.IsInf(a.hi, 1) && math.IsInf(b.lo, -1) || math.IsInf(a.lo, -1) && math.IsInf(b.hi, 1)
}

func times(a, b ends) (r ends, nan bool) {
	r = ends{math.Inf(1), math.Inf(-1)}
	for _, x := range []float64{a.lo, a.hi} {
		for _, y := range []float64{b.lo, b.hi} {
			v := x * y
			if v != v { // 0 times infinite: any number times 0 is 0, and infinity is none
				v, nan = 0, true
			}
			r.lo, r.hi = math.Min(r.lo, v), math.Max(r.hi, v)
		}
	}
	// Zero inside of one and an infinite end of the other.
	in := func(e ends) bool { return e.lo <= 0 && e.hi >= 0 }
	infinite := func(e ends) bool { return math.IsInf(e.lo, 0) || math.IsInf(e.hi, 0) }
	return r, nan || in(a) && infinite(b) || in(b) && infinite(a)
}

// joining says what an operation of two does to sums.
type joining int

const (
	apart    joining = iota // its result is no part of a sum
	summed                  // it adds sums
	scaledBy                // one of both scales the other's sum, if it is a constant
)

// combine bounds an operation of two tensors that broadcast.
func combine(x, y *bound, how joining, f func(a, b ends) (ends, bool)) *bound {
	shape, err := Broadcast(x.shape, y.shape)
	if err != nil || shape.size() > mostBounds {
		x, y = hull(len(x.shape), x), hull(len(y.shape), y)
		shape, _ = Broadcast(x.shape, y.shape)
	}
	n := shape.size()
	b := &bound{shape: shape, nan: x.nan || y.nan, lo: make([]float64, n), hi: make([]float64, n)}
	switch {
	case how == summed && (x.terms != nil || y.terms != nil):
		b.terms, b.roundings = make([]float64, n), max(x.roundings, y.roundings)+1
	case how == scaledBy && (x.terms != nil && y.fixed() || y.terms != nil && x.fixed()):
		b.terms, b.roundings = make([]float64, n), max(x.roundings, y.roundings)+2
	}
	px, py := newPlaces(shape, x.shape), newPlaces(shape, y.shape)
	for i := range n {
		k, l := px.of(i), py.of(i)
		e, nan := f(ends{x.lo[k], x.hi[k]}, ends{y.lo[l], y.hi[l]})
		b.lo[i], b.hi[i], b.nan = e.lo, e.hi, b.nan || nan
		if b.terms != nil && how == summed {
			b.terms[i] = x.magnitude(k) + y.magnitude(l)
		} else if b.terms != nil {
			b.terms[i] = x.magnitude(k) * y.magnitude(l)
		}
	}
	return b.round()
}

// fixed reports whether all elements are known numbers.
func (b *bound) fixed() bool {
	for i := range b.lo {
		if b.hi[i]-b.lo[i] > math.Abs(b.lo[i])*4*slack {
			return false
		}
	}
	return b.terms == nil && !b.nan
}

// places finds the elements of a tensor that is broadcast to a shape.
type places struct {
	shape   Shape
	strides []int
}

func newPlaces(shape, from Shape) places {
	p := places{shape, make([]int, len(shape))}
	stride := 1
	for a := len(from) - 1; a >= 0; a-- {
		if to := a + len(shape) - len(from); from[a] != 1 {
			p.strides[to] = stride
		}
		stride *= from[a]
	}
	return p
}

func (p places) of(i int) int {
	at := 0
	for a := len(p.shape) - 1; a >= 0; a-- {
		at += i % p.shape[a] * p.strides[a]
		i /= p.shape[a]
	}
	return at
}

// products adds up the products of the elements of x with each column of a matrix that
// has a row for each of them. widest is by how much the way in which it is computed may magnify the roundings.
func products(x *bound, matrix *bound, columns int, widest float64) *bound {
	n := len(x.lo)
	b := &bound{nan: x.nan || matrix.nan, lo: make([]float64, columns), hi: make([]float64, columns), terms: make([]float64, columns), roundings: x.roundings + n + 1}
	for k := range n {
		a, m := ends{x.lo[k], x.hi[k]}, x.magnitude(k)
		for c := range columns {
			i := k*columns + c
			e, nan := times(a, ends{matrix.lo[i], matrix.hi[i]})
			s, no := plus(ends{b.lo[c], b.hi[c]}, e)
			b.lo[c], b.hi[c], b.nan = s.lo, s.hi, b.nan || nan || no
			b.terms[c] += m * matrix.magnitude(i) * widest
		}
	}
	return b
}

// bounds of a product of rows of numbers with a matrix that is known.
func (o matmul) bounds(n *node, in []*bound) *bound {
	x, k := in[0], in[1]
	rank := len(n.out[0].Shape)
	if o.transA || o.transB || len(k.shape) != 2 || !k.shape.Equal(n.in[1].Shape) {
		return nil
	}
	features, columns := k.shape[0], k.shape[1]
	b := products(lastAxis(x).spread(features), k, columns, 1)
	b.shape = within(rank, 0, 0, false).shape
	b.shape[rank-1] = columns
	return b.round()
}

// bounds of a convolution with a kernel that is known: of each filter, wherever the
// window stands, with nothing around the data or with zeros.
func (o conv) bounds(n *node, in []*bound) *bound {
	x, k := lastAxis(in[0]), in[1]
	shape := n.in[1].Shape
	if !k.shape.Equal(shape) {
		return nil
	}
	rank := len(n.out[0].Shape)
	inner, filters := shape[len(shape)-2], shape[len(shape)-1]
	x = x.spread(inner * o.groups)
	if !x.holdsZero() { // around the data
		x = x.with(0)
	}
	// Winograd's form adds up to three times as many terms along each of two axes, of up
	// to three times their size.
	const widest = 81
	b := &bound{shape: within(rank, 0, 0, false).shape, nan: x.nan}
	b.shape[rank-1] = filters
	window := shape.size() / (inner * filters)
	for f := range filters {
		group := f / (filters / o.groups)
		part, column := &bound{nan: x.nan, roundings: x.roundings}, &bound{nan: k.nan}
		for w := range window {
			for c := range inner {
				i, at := (w*inner+c)*filters+f, group*inner+c
				part.lo, part.hi = append(part.lo, x.lo[at]), append(part.hi, x.hi[at])
				part.terms = append(part.terms, x.magnitude(at))
				column.lo, column.hi = append(column.lo, k.lo[i]), append(column.hi, k.hi[i])
			}
		}
		y := products(part, column, 1, widest)
		b.lo, b.hi, b.terms = append(b.lo, y.lo[0]), append(b.hi, y.hi[0]), append(b.terms, y.terms[0])
		b.roundings, b.nan = y.roundings, b.nan || y.nan
	}
	return b.round()
}

func (b *bound) holdsZero() bool {
	for i := range b.lo {
		if b.lo[i] > 0 || b.hi[i] < 0 {
			return false
		}
	}
	return true
}

// with is the bound that holds a number too.
func (b *bound) with(v float64) *bound {
	c := &bound{shape: b.shape, nan: b.nan, terms: b.terms, roundings: b.roundings}
	for i := range b.lo {
		c.lo, c.hi = append(c.lo, math.Min(b.lo[i], v)), append(c.hi, math.Max(b.hi[i], v))
	}
	return c
}
