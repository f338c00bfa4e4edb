package runtime

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// fft is the discrete Fourier transform of the last axis, whose real and imaginary
// parts are two tensors: X[k] = Σ x[j]·e^(∓2πi·jk/n), with + when backward, and
// without a factor. It computes in float64.
type fft struct{ backward bool }

func (fft) name() string { return "fft" }

func (fft) infer(in []Type) ([]Type, error) {
	if in[0].DType != Float32 || in[1].DType != Float32 || in[0].rank() == 0 || !in[0].Shape.Equal(in[1].Shape) {
		return nil, &ShapeError{Wanted: "two float32 tensors of one shape", Received: in[0].String() + " and " + in[1].String()}
	}
	return in[:2], nil
}

func (fft) keepsRows(n *node, rows []bool) bool { return rows[0] && rows[1] && n.in[0].Rank() > 1 }

func (o fft) prepare(a *operands) (task, error) {
	re, im := a.in[0], a.in[1]
	if re.len == 0 {
		return task{}, nil
	}
	n := re.Shape[len(re.Shape)-1]
	p := transformOf(n)
	if err := a.shared.checkMemory(a.taken + p.bytes()); err != nil {
		return task{}, err
	}
	p.fill(o.backward)
	return task{parts: 1, cost: float64(re.len) * 8 * math.Log2(float64(p.size)+2), kept: p.bytes(),
		state: func() any { return &[2][]complex128{make([]complex128, p.size), make([]complex128, n)} },
		run: func(f *frame, _, _ int) {
			work := f.state().(*[2][]complex128)
			for r := 0; r < re.len/n && !f.expired(); r++ {
				x := work[1]
				for i := range x {
					x[i] = complex(float64(f.f32(re)[r*n+i]), float64(f.f32(im)[r*n+i]))
				}
				p.run(x, work[0])
				for i, v := range x {
					f.f32(a.out[0])[r*n+i], f.f32(a.out[1])[r*n+i] = float32(real(v)), float32(imag(v))
				}
			}
		}}, nil
}

func (o fft) gradient(b *Builder, n *node, dout []*Value) []*Value {
	for i, d := range dout {
		if d == nil {
			dout[i] = b.ZerosLike(n.out[i])
		}
	}
	re, im := b.FFT(dout[0], dout[1], !o.backward)
	return []*Value{re, im}
}

// FFT adds the discrete Fourier transform of the last axis of re + i·im, and
// returns its real and its imaginary part. Backward is the inverse transform but
// for the factor 1/n.
func (b *Builder) FFT(re, im *Value, backward bool) (realPart, imaginaryPart *Value) {
	out := b.applyAll(fft{backward}, re, im)
	return out[0], out[1]
}

// transform holds the tables of a transform of n numbers. Where n is no power of
// two it is Bluestein's: a convolution with a chirp, by transforms of size.
type transform struct {
	n, size int
	roots   []complex128 // e^(-2πi·k/size) for k < size/2
	chirp   []complex128 // e^(∓πi·k²/n), nil where n is size
	filter  []complex128 // the transform of the chirp's conjugate
}

func transformOf(n int) *transform {
	if n&(n-1) == 0 {
		return &transform{n: n, size: n}
	}
	return &transform{n: n, size: 1 << bits.Len(uint(2*n-1))}
}

// bytes returns what the tables and the numbers in work take.
func (t *transform) bytes() int { return 16 * (2*t.n + 3*t.size) }

func (t *transform) fill(backward bool) {
	t.roots = make([]complex128, t.size/2)
	for k := range t.roots {
		t.roots[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(t.size))
		if backward && t.size == t.n {
			t.roots[k] = cmplx.Conj(t.roots[k])
		}
	}
	if t.size == t.n {
		return
	}
	n := t.n
	sign := -1.0
	if backward {
		sign = 1
	}
	t.chirp, t.filter = make([]complex128, n), make([]complex128, t.size)
	for k := range t.chirp {
		t.chirp[k] = cmplx.Rect(1, sign*math.Pi*float64(k*k%(2*n))/float64(n))
		t.filter[k] = cmplx.Conj(t.chirp[k])
		t.filter[(t.size-k)%t.size] = t.filter[k]
	}
	t.radix2(t.filter)
}

// run transforms x in place; work has room for size numbers.
func (t *transform) run(x, work []complex128) {
	if t.chirp == nil {
		t.radix2(x)
		return
	}
	clear(work)
	for k, c := range t.chirp {
		work[k] = x[k] * c
	}
	t.radix2(work)
	for k, c := range t.filter {
		work[k] = cmplx.Conj(work[k] * c) // a transform of conjugates is backward
	}
	t.radix2(work)
	for k, c := range t.chirp {
		x[k] = cmplx.Conj(work[k]) * c / complex(float64(t.size), 0)
	}
}

// radix2 is the transform of a power of two numbers, in place.
func (t *transform) radix2(x []complex128) {
	n := len(x)
	shift := 64 - bits.Len(uint(n-1))
	for i := 1; i < n; i++ {
		if k := int(bits.Reverse64(uint64(i)) >> shift); k > i {
			x[i], x[k] = x[k], x[i]
		}
	}
	for half := 1; half < n; half *= 2 {
		step := n / (2 * half)
		for from := 0; from < n; from += 2 * half {
			for k := range half {
				a, b := x[from+k], x[from+k+half]*t.roots[k*step]
				x[from+k], x[from+k+half] = a+b, a-b
			}
		}
	}
}
