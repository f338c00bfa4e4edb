package runtime

import "fmt"

// Padding says what lies around the data that a window moves over.
type Padding uint8

const (
	Valid    Padding = iota // nothing: the window stays inside
	Same                    // as much as gives ceil(size/stride) places, the odd one behind
	Explicit                // Window.Before and Window.After
	SameFrom                // as many places as Same, with Window.Before in front
)

// Window says how a kernel moves over the spatial axes of data whose axes are
// (batch, one to three spatial axes, channels). Nil slices stand for ones, or
// zeros in Before and After.
type Window struct {
	Strides, Dilation []int
	Padding           Padding
	Before, After     []int
}

// maxSpatial is the most spatial axes a window has; fewer are taken for the
// last ones of as many, the others having size 1.
const maxSpatial = 3

// maxStep bounds strides, dilations, paddings and window sizes, so that sums of
// their products fit an int.
const maxStep = 1 << 30

// window is a checked Window, with all of maxSpatial axes. It is comparable.
type window struct {
	axes             int
	stride, dilation [maxSpatial]int
	before, after    [maxSpatial]int
	padding          Padding
}

// on checks the window for that many spatial axes.
func (w Window) on(axes int) (window, error) {
	c := window{axes: axes, padding: w.Padding}
	if axes < 1 || axes > maxSpatial {
		return c, &ShapeError{Wanted: fmt.Sprintf("1 to %d spatial axes", maxSpatial), Received: fmt.Sprint(axes)}
	}
	for _, l := range []struct {
		name            string
		from            []int
		to              *[maxSpatial]int
		least, standard int
	}{
		{"strides", w.Strides, &c.stride, 1, 1}, {"dilation", w.Dilation, &c.dilation, 1, 1},
		{"padding before", w.Before, &c.before, 0, 0}, {"padding after", w.After, &c.after, 0, 0},
	} {
		for a := range l.to {
			l.to[a] = l.standard
		}
		if l.from == nil {
			continue
		}
		if len(l.from) != axes {
			return c, &ShapeError{Wanted: fmt.Sprintf("%s on %d axes", l.name, axes), Received: fmt.Sprint(l.from)}
		}
		for a, v := range l.from {
			if v < l.least || v > maxStep {
				return c, &ShapeError{Wanted: fmt.Sprintf("%s between %d and %d", l.name, l.least, maxStep), Received: fmt.Sprint(v)}
			}
			l.to[maxSpatial-axes+a] = v
		}
	}
	if w.Before != nil && c.padding != Explicit && c.padding != SameFrom || w.After != nil && c.padding != Explicit {
		return c, &ShapeError{Wanted: "padding of one kind", Received: "explicit padding and another"}
	}
	return c, nil
}

// spatial returns the sizes of the spatial axes of channels-last data, as three.
func (w window) spatial(s Shape) [maxSpatial]int {
	out := [maxSpatial]int{1, 1, 1}
	copy(out[maxSpatial-w.axes:], s[1:])
	return out
}

// span is a window on one axis of known size.
type span struct {
	in, out          int // places of the data and of the window
	size             int // of the window, in taps
	stride, dilation int
	before           int  // padding in front of the data
	even             bool // out windows share the data evenly; size is that of the largest
}

// evenSpan is out windows that share n places evenly: window i has the places
// from floor(i*n/out) to before ceil((i+1)*n/out).
func evenSpan(n, out int) (span, error) {
	s := span{in: n, out: out, size: 1, stride: 1, dilation: 1, even: true}
	if n < 1 || n > maxStep || out < 1 || out > maxStep {
		return s, &ShapeError{Wanted: "data and windows", Received: fmt.Sprintf("%d places for %d windows", n, out)}
	}
	if s.size = n / out; n%out > 0 {
		s.size = min(s.size+2, n) // begun and ended in the middle of a place
	}
	return s, nil
}

// end returns the place behind an even window's last.
func (s span) end(window int) int { return ((window+1)*s.in + s.out - 1) / s.out }

// reach returns how far a window goes, from its first tap to behind its last.
func (s span) reach() int { return (s.size-1)*s.dilation + 1 }

// at returns the place in the data of a tap at a place of the window, or -1
// outside of the data.
func (s span) at(place, tap int) int {
	if s.even {
		if i := place*s.in/s.out + tap; i < s.end(place) {
			return i
		}
		return -1
	}
	i := place*s.stride - s.before + tap*s.dilation
	if i < 0 || i >= s.in {
		return -1
	}
	return i
}

// inside reports whether the window never leaves the data.
func (s span) inside() bool {
	return s.before == 0 && (s.out == 0 || (s.out-1)*s.stride+s.reach() <= s.in)
}

// span resolves the padding on axis a for data of a known size.
func (w window) span(a, in, size int) (span, error) {
	s := span{in: in, size: size, stride: w.stride[a], dilation: w.dilation[a]}
	if size < 1 || size > maxStep {
		return s, &ShapeError{Wanted: fmt.Sprintf("a window of size 1 to %d", maxStep), Received: fmt.Sprint(size)}
	}
	if w.padding == Same {
		s.out = (in + s.stride - 1) / s.stride
		s.before = max((s.out-1)*s.stride+s.reach()-in, 0) / 2
		return s, nil
	}
	s.before = w.before[a]
	if w.padding == SameFrom {
		if s.before >= s.reach() {
			return s, &ShapeError{Wanted: fmt.Sprintf("padding of less than the %d places that a window reaches over", s.reach()), Received: fmt.Sprint(s.before)}
		}
		s.out = (in + s.stride - 1) / s.stride
		return s, nil
	}
	room := in + w.before[a] + w.after[a] - s.reach()
	if room < 0 {
		return s, &ShapeError{Wanted: fmt.Sprintf("at least %d places for a window that reaches over %d", s.reach()-w.before[a]-w.after[a], s.reach()), Received: fmt.Sprint(in)}
	}
	s.out = room/s.stride + 1
	return s, nil
}

// out returns the shape of what the window visits in data of shape s, with
// Unknown sizes where it is not known, and the given channels.
func (w window) out(s Shape, size [maxSpatial]int, channels int) (Shape, error) {
	if err := checkTaps(size); err != nil {
		return nil, err
	}
	out := s.clone()
	for i := range w.axes {
		if s[1+i] < 0 {
			continue
		}
		a := maxSpatial - w.axes + i
		p, err := w.span(a, s[1+i], size[a])
		if err != nil {
			return nil, err
		}
		out[1+i] = p.out
	}
	out[len(out)-1] = channels
	return out, nil
}

// checkTaps refuses windows too large for a table of their places.
func checkTaps(size [maxSpatial]int) error {
	taps := 1
	for _, n := range size {
		if n > maxTable/taps {
			return &ShapeError{Wanted: fmt.Sprintf("a window of at most %d places", maxTable), Received: fmt.Sprint(size)}
		}
		taps *= max(n, 1)
	}
	return nil
}

// geometry is a window on data of known sizes.
type geometry [maxSpatial]span

func (w window) geometry(in, size [maxSpatial]int) (g geometry, err error) {
	if err := checkTaps(size); err != nil {
		return g, err
	}
	for a := range g {
		if a < maxSpatial-w.axes { // not there
			g[a] = span{in: 1, out: 1, size: 1, stride: 1, dilation: 1}
			continue
		}
		if g[a], err = w.span(a, in[a], size[a]); err != nil {
			return g, err
		}
	}
	return g, nil
}

// pixels, inputs and taps count the places of the window, those of the data,
// and the taps of the window.
func (g geometry) pixels() int { return g[0].out * g[1].out * g[2].out }
func (g geometry) inputs() int { return g[0].in * g[1].in * g[2].in }
func (g geometry) taps() int   { return g[0].size * g[1].size * g[2].size }

// pointwise reports whether the window is one tap that visits every place.
func (g geometry) pointwise() bool {
	return g.taps() == 1 && g.inputs() == g.pixels() && g[0].inside() && g[1].inside() && g[2].inside()
}

// wantSpatial checks the type of data that a window moves over and returns the
// number of spatial axes.
func wantSpatial(t Type) (int, error) {
	if t.DType != Float32 || len(t.Shape) < 3 || len(t.Shape) > 2+maxSpatial {
		return 0, &ShapeError{Wanted: "float32 data of rank 3 to 5", Received: t.String()}
	}
	return len(t.Shape) - 2, nil
}
