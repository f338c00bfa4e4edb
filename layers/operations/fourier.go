package operations

import "github.com/kerasrun/kerasrun/runtime"

func init() {
	type v = *runtime.Value
	registerOperations("FFT", func(o *opCall) []v {
		re, im := o.complex()
		return two(o.FFT(re, im, false))
	})
	for class, backward := range map[string]bool{"FFT2": false, "IFFT2": true} {
		registerOperations(class, func(o *opCall) []v {
			re, im := o.complex()
			if re.Rank() < 2 {
				return []v{o.fail("rank 2 or more wanted, received %s", re.Shape)}
			}
			last := re.Rank() - 1
			re, im = o.transformed(re, im, backward)
			re, im = o.transformed(o.MoveAxis(re, last-1, last), o.MoveAxis(im, last-1, last), backward)
			return two(o.MoveAxis(re, last, last-1), o.MoveAxis(im, last, last-1))
		})
	}
	registerOperations("RFFT", func(o *opCall) []v {
		x := o.f()
		n := o.length(x, x.Shape[max(x.Rank()-1, 0):])
		x = o.fitted(x, n)
		re, im := o.FFT(x, o.ZerosLike(x), false)
		return two(o.SliceLast(re, 0, n/2+1), o.SliceLast(im, 0, n/2+1))
	}, "fft_length")
	registerOperation("IRFFT", func(o *opCall) v {
		re, im := o.complex()
		n := o.whole("fft_length", 0)
		if size := re.Shape[max(re.Rank()-1, 0):]; n == 0 && len(size) == 1 && size[0] > 0 {
			n = 2 * (size[0] - 1)
		}
		if n < 1 || n > 1<<24 || re.Rank() == 0 {
			return o.fail("a known size of the last axis or fft_length wanted, received %s", re.Shape)
		}
		re, im = o.fitted(re, n/2+1), o.fitted(im, n/2+1)
		from, last := n-n/2-1, re.Rank()-1 // the second half is the first's conjugate, backwards
		if from > 0 {
			re = o.Concat(last, re, o.flipped(o.lastFrom(re, 1, 1+from), last))
			im = o.Concat(last, im, o.Neg(o.flipped(o.lastFrom(im, 1, 1+from), last)))
		}
		y, _ := o.FFT(re, im, true)
		return o.Mul(y, o.Scalar(1/float32(n)))
	}, "fft_length")
	registerOperation("ExtractSequences", func(o *opCall) v {
		x, size, step := o.x(), o.whole("sequence_length", 0), o.whole("sequence_stride", 0)
		last := x.Rank() - 1
		if last < 0 || x.Shape[last] < size || size < 1 || step < 1 || (x.Shape[last]-size)/step >= 1<<13 {
			return o.fail("sequences of %d every %d of %s", size, step, x.Shape)
		}
		var parts []v
		for at := 0; at+size <= x.Shape[last]; at += step {
			parts = append(parts, o.ExpandDims(o.lastFrom(x, at, at+size), last))
		}
		return o.Concat(last, parts...)
	}, "sequence_length", "sequence_stride")
}

func two(x, y *runtime.Value) []*runtime.Value { return []*runtime.Value{x, y} }

// complex reads a tuple of real and imaginary parts.
func (o *opCall) complex() (re, im *runtime.Value) {
	list, ok := o.arg(0, "x").([]any)
	if !ok || len(list) != 2 {
		o.fail("a pair of real and imaginary parts wanted")
	}
	return o.Cast(o.value(list[0]), runtime.Float32), o.Cast(o.value(list[1]), runtime.Float32)
}

// transformed is FFT, with the factor of the inverse transform.
func (o *opCall) transformed(re, im *runtime.Value, backward bool) (*runtime.Value, *runtime.Value) {
	n := re.Shape[re.Rank()-1]
	re, im = o.FFT(re, im, backward)
	if !backward {
		return re, im
	}
	if n < 1 {
		o.fail("known sizes of the last two axes wanted, received %s", re.Shape)
	}
	factor := o.Scalar(1 / float32(n))
	return o.Mul(re, factor), o.Mul(im, factor)
}

// length is the option fft_length, or the size of the last axis.
func (o *opCall) length(x *runtime.Value, last runtime.Shape) int {
	n := o.whole("fft_length", 0)
	if n == 0 && len(last) == 1 {
		n = last[0]
	}
	if n < 1 || n > 1<<24 {
		o.fail("a known size of the last axis or fft_length wanted, received %s", x.Shape)
	}
	return n
}

// fitted cuts the last axis to n, or fills it up with zeros.
func (o *opCall) fitted(x *runtime.Value, n int) *runtime.Value {
	last := x.Rank() - 1
	if last < 0 || x.Shape[last] < 0 {
		return o.fail("a known size of the last axis wanted, received %s", x.Shape)
	}
	if m := x.Shape[last]; m < n {
		before, after := make([]int, last+1), make([]int, last+1)
		after[last] = n - m
		return o.Pad(x, before, after, 0)
	}
	return o.lastFrom(x, 0, n)
}
