package lab

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// fitting looks for the weights theta with which a head's answers, h(in·theta), are
// nearest to y.
type fitting struct {
	in blas64.General
	y  []float64
	h  *curve
}

// linear is in·theta.
func (p *fitting) linear(theta []float64) []float64 {
	z := make([]float64, len(p.y))
	blas64.Gemv(blas.NoTrans, 1, p.in, vector(theta), 0, vector(z))
	return z
}

// error is the mean squared error.
func (p *fitting) error(theta []float64) float64 {
	sum := 0.0
	for i, z := range p.linear(theta) {
		sum += square(p.h.value(z) - p.y[i])
	}
	if sum /= float64(len(p.y)); sum != sum {
		return inf
	}
	return sum
}

// inverse is where the head's inverse puts the weights: by least squares of in·theta to
// what gives y, each row weighing as much as its answer moves with that. It is nil where
// the equations have no solution in numbers.
func (p *fitting) inverse(theta []float64) []float64 {
	slopes, off := make([]float64, len(p.y)), make([]float64, len(p.y))
	for i, z := range p.linear(theta) {
		want := p.h.inverse(p.y[i])
		slopes[i] = p.h.slope(want)
		off[i] = slopes[i] * (want - z)
	}
	return p.step(theta, slopes, off, 1e-9)
}

// minimize is the method of Levenberg and Marquardt.
func (p *fitting) minimize(ctx context.Context, theta []float64) ([]float64, error) {
	theta = slices.Clone(theta)
	now, damping := p.error(theta), 1e-4
	const most = 60
	for range most {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		slopes, off := make([]float64, len(p.y)), make([]float64, len(p.y))
		for i, z := range p.linear(theta) {
			slopes[i] = p.h.slope(z)
			off[i] = p.y[i] - p.h.value(z)
		}
		next := p.step(theta, slopes, off, damping)
		then := inf
		if next != nil {
			then = p.error(next)
		}
		if !(then < now) {
			if damping *= 10; damping > 1e9 {
				break
			}
			continue
		}
		gain := now - then
		theta, now, damping = next, then, math.Max(damping/10, 1e-12)
		if gain <= 1e-12*now || now == 0 {
			break
		}
	}
	return theta, nil
}

// step solves the normal equations of slopes·in·d = off for a change d of theta, with
// damping relative to their diagonal.
func (p *fitting) step(theta, slopes, off []float64, damping float64) []float64 {
	n := len(theta)
	j := matrix(len(p.y), n)
	for i, s := range slopes {
		to := rowOf(j, i)
		for k, v := range rowOf(p.in, i) {
			to[k] = s * v
		}
	}
	normal := blas64.Symmetric{Uplo: blas.Upper, N: n, Data: make([]float64, n*n), Stride: n}
	blas64.Syrk(blas.Trans, 1, j, 0, normal)
	largest := 0.0
	for k := range n {
		largest = math.Max(largest, normal.Data[k*n+k])
	}
	for k := range n {
		normal.Data[k*n+k] = normal.Data[k*n+k]*(1+damping) + 1e-12*largest
	}
	d := matrix(n, 1)
	blas64.Gemv(blas.Trans, 1, j, vector(off), 0, vector(d.Data))
	if largest == 0 {
		return nil
	}
	factors, definite := lapack64.Potrf(normal)
	if !definite {
		return nil
	}
	lapack64.Potrs(factors, d)
	next := slices.Clone(theta)
	for k := range next {
		next[k] += d.Data[k]
		if next[k]-next[k] != 0 {
			return nil
		}
	}
	return next
}

func matrix(rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: make([]float64, rows*columns)}
}

func rowOf(m blas64.General, i int) []float64 { return m.Data[i*m.Stride:][:m.Cols] }

func vector(v []float64) blas64.Vector { return blas64.Vector{N: len(v), Data: v, Inc: 1} }
