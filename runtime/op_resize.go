package runtime

import (
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// Interpolation says how Resize finds values between places.
type Interpolation uint8

// The methods of tf.image.resize, with half-pixel centres: place i of the result
// lies at (i+0.5)*in/out-0.5 of the input. As TensorFlow does, the place is computed
// in float32, and Bicubic takes its weights from a table of 1024 steps
// (tensorflow/core/kernels/image/resize_bicubic_op.cc). The smooth ones widen what
// they take with the step, so that nothing of the input is passed over
// (antialias=True; tensorflow/core/kernels/image/scale_and_translate_op.cc).
const (
	Nearest       Interpolation = iota // floor((i+0.5)*in/out)
	Bilinear                           // triangle of radius 1
	Bicubic                            // Keys' cubic with a = -0.5, radius 2
	Lanczos3                           // windowed sinc of radius 3
	Lanczos5                           // windowed sinc of radius 5
	BilinearFrom0                      // triangle of radius 1, place i at i*in/out
	Area                               // mean of what lies between i*in/out and (i+1)*in/out
	SmoothBilinear
	SmoothBicubic
	SmoothLanczos3
	SmoothLanczos5
)

// smooth are the methods that widen what they take.
var smooth = map[Interpolation]Interpolation{Bilinear: SmoothBilinear, Bicubic: SmoothBicubic, Lanczos3: SmoothLanczos3, Lanczos5: SmoothLanczos5}

// Smooth returns the method with antialiasing; Nearest and Area know none.
func (m Interpolation) Smooth() Interpolation {
	if s, ok := smooth[m]; ok {
		return s
	}
	return m
}

// resize changes the size of one axis, to a fixed size or by a factor.
type resize struct {
	axis   int
	size   int // of the result, when there is no factor
	factor int
	method Interpolation
}

func (o resize) name() string { return "resize" }

func (o resize) infer(in []Type) ([]Type, error) {
	s := in[0].Shape
	if in[0].DType != Float32 || o.axis >= len(s) {
		return nil, &ShapeError{Wanted: fmt.Sprintf("float32 data of rank above %d", o.axis), Received: in[0].String()}
	}
	if o.factor > maxStep || o.size > maxStep || o.factor < 1 && o.size < 1 {
		return nil, &ShapeError{Wanted: fmt.Sprintf("a size of 1 to %d", maxStep), Received: fmt.Sprint(max(o.factor, o.size))}
	}
	out := s.clone()
	switch {
	case o.factor < 1 && s[o.axis] == 0:
		return nil, &ShapeError{Wanted: "something to resize", Received: s.String()}
	case o.factor < 1:
		out[o.axis] = o.size
	case s[o.axis] > math.MaxInt32:
		return nil, &ShapeError{Wanted: "a size below 2^31", Received: s.String()}
	case s[o.axis] >= 0:
		out[o.axis] = s[o.axis] * o.factor
	}
	return []Type{{Float32, out}}, nil
}

func (o resize) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.axis > 0 }

// tap is a place of the input and its weight in a place of the result.
type tap struct {
	at     int
	weight float32
}

// taps returns the taps of every place of the result.
func (o resize) taps(in, out int) [][]tap {
	all := make([][]tap, out)
	scale := float32(in) / float32(out)
	radius, weight := o.method.shape()
	for i := range all {
		half := float32((float32(i) + 0.5) * scale) // rounded before what is added to it
		switch o.method {
		case Nearest:
			all[i] = []tap{{min(int(half), in-1), 1}}
		case Bilinear:
			all[i] = between(half-0.5, in)
		case BilinearFrom0:
			all[i] = between(float32(i)*scale, in)
		case Bicubic:
			centre := half - 0.5
			first := float32(math.Floor(float64(centre)))
			offset := math.RoundToEven(float64((centre - first) * cubicSteps))
			all[i] = o.around(int(first), in, radius, func(at int) float64 {
				return weight(math.Abs(float64(at) - float64(first) - offset/cubicSteps))
			})
		case Area:
			all[i] = covered(float32(i)*scale, float32(i+1)*scale, in)
		default:
			centre, width := (float64(i)+0.5)*float64(in)/float64(out)-0.5, 1.0
			if o.method >= SmoothBilinear {
				width = max(width, float64(in)/float64(out))
			}
			reach := int(math.Ceil(float64(radius)*width)) + 1
			all[i] = o.around(int(math.Floor(centre)), in, reach, func(at int) float64 { return weight(math.Abs(float64(at)-centre) / width) })
		}
	}
	return all
}

// cubicSteps is how finely TensorFlow knows the weights of Bicubic.
const cubicSteps = 1024

// between returns the taps of a triangle of radius 1 around a place; the edge
// goes on outside.
func between(centre float32, in int) []tap {
	first := float32(math.Floor(float64(centre)))
	far, at := centre-first, int(first)
	return []tap{{min(max(at, 0), in-1), 1 - far}, {min(max(at+1, 0), in-1), far}}
}

// covered returns the taps of what lies between two places, each by its share
// (tensorflow/core/kernels/image/resize_area_op.cc).
func covered(from, to float32, in int) []tap {
	var taps []tap
	for at := int(from); at < int(math.Ceil(float64(to))); at++ {
		share := min(float32(at+1), to) - max(float32(at), from)
		taps = append(taps, tap{min(at, in-1), share / (to - from)})
	}
	return taps
}

// around returns the taps within a radius of a place; what is outside does not
// count.
func (o resize) around(first, in, radius int, weight func(at int) float64) []tap {
	var taps []tap
	sum := 0.0
	for at := max(first-radius+1, 0); at < min(first+radius+1, in); at++ {
		if w := weight(at); w != 0 {
			taps = append(taps, tap{at, float32(w)})
			sum += w
		}
	}
	for k := range taps {
		taps[k].weight = float32(float64(taps[k].weight) / sum)
	}
	return taps
}

// shape returns the method's radius and its weight at a distance.
func (m Interpolation) shape() (radius int, weight func(float64) float64) {
	lanczos := func(r float64) func(float64) float64 {
		return func(x float64) float64 {
			switch {
			case x == 0:
				return 1
			case x >= r:
				return 0
			}
			return r * math.Sin(math.Pi*x) * math.Sin(math.Pi*x/r) / (math.Pi * math.Pi * x * x)
		}
	}
	switch m {
	case Bicubic, SmoothBicubic:
		return 2, func(x float64) float64 {
			switch {
			case x < 1:
				return (1.5*x-2.5)*x*x + 1
			case x < 2:
				return ((-0.5*x+2.5)*x-4)*x + 2
			}
			return 0
		}
	case Lanczos3, SmoothLanczos3:
		return 3, lanczos(3)
	case Lanczos5, SmoothLanczos5:
		return 5, lanczos(5)
	}
	return 1, func(x float64) float64 { return max(1-x, 0) }
}

func (o resize) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	in, out, inner := x.Shape[o.axis], y.Shape[o.axis], y.Shape[o.axis+1:].size()
	taps := o.taps(in, out)
	return task{parts: y.len / inner / out, cost: 2 * float64(y.len) * float64(len(taps[0])), run: func(f *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			src, dst := f.f32(x)[lo*in*inner:], f.f32(y)[lo*out*inner:]
			for i, ts := range taps {
				row := dst[i*inner:][:inner]
				if ts[0].weight == 1 {
					copy(row, src[ts[0].at*inner:])
				} else {
					kernel.MulScalar(row, src[ts[0].at*inner:][:inner], ts[0].weight)
				}
				for _, t := range ts[1:] {
					kernel.Axpy(row, t.weight, src[t.at*inner:][:inner])
				}
			}
		}
	}}, nil
}

func (o resize) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return []*Value{b.apply(resizeBack{o}, dout[0], n.in[0])}
}

// resizeBack is the derivative of resize: from the cotangent of the result to
// the shape of the input, whose data it does not use.
type resizeBack struct{ resize }

func (resizeBack) name() string                          { return "resize_back" }
func (resizeBack) infer(in []Type) ([]Type, error)       { return in[1:2], nil }
func (o resizeBack) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[1] && o.axis > 0 }

func (o resizeBack) gradient(b *Builder, _ *node, dout []*Value) []*Value {
	return []*Value{b.apply(o.resize, dout[0]), nil}
}

func (o resizeBack) prepare(a *operands) (task, error) {
	d, x := a.in[0], a.out[0]
	if x.len == 0 {
		return task{}, nil
	}
	in, out, inner := x.Shape[o.axis], d.Shape[o.axis], x.Shape[o.axis+1:].size()
	taps := o.taps(in, out)
	return task{parts: x.len / inner / in, cost: 2 * float64(d.len), run: func(f *frame, lo, hi int) {
		for ; lo < hi; lo++ {
			src, dst := f.f32(d)[lo*out*inner:], f.f32(x)[lo*in*inner:][:in*inner]
			clear(dst)
			for i, ts := range taps {
				for _, t := range ts {
					kernel.Axpy(dst[t.at*inner:][:inner], t.weight, src[i*inner:][:inner])
				}
			}
		}
	}}, nil
}

// Resize adds x with an axis of another size.
func (b *Builder) Resize(x *Value, axis, size int, m Interpolation) *Value {
	return b.resize(x, resize{axis: axis, size: size, method: m})
}

// Upsample adds x with an axis made factor times as large.
func (b *Builder) Upsample(x *Value, axis, factor int, m Interpolation) *Value {
	if factor == 1 {
		return x
	}
	return b.resize(x, resize{axis: axis, factor: factor, method: m})
}

func (b *Builder) resize(x *Value, o resize) *Value {
	axis, err := x.Shape.Axis(o.axis)
	if err != nil {
		return b.Fail(b.locate(o, err))
	}
	o.axis = axis
	return b.apply(o, x)
}
