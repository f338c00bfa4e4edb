package lab

import (
	"context"
	"math"
	"slices"
)

// fitting looks for the weights theta with which a head's answers, h(in·theta), are
// nearest to y.
type fitting struct {
	in matrix
	y  []float64
	h  *curve
}

// linear is in·theta.
func (p *fitting) linear(theta []float64) []float64 {
	z := make([]float64, len(p.y))
	for i := range z {
		for k, v := range p.in.row(i) {
			z[i] += v * theta[k]
		}
	}
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
	normal, d := newMatrix(n, n), make([]float64, n)
	for i, s := range slopes {
		row := p.in.row(i)
		for k, v := range row {
			d[k] += s * v * off[i]
			to := normal.row(k)
			for l, w := range row[:k+1] {
				to[l] += s * v * s * w
			}
		}
	}
	largest := 0.0
	for k := range n {
		largest = math.Max(largest, normal.row(k)[k])
	}
	for k := range n {
		normal.row(k)[k] = normal.row(k)[k]*(1+damping) + 1e-12*largest
	}
	if largest == 0 || !normal.solve(d) {
		return nil
	}
	next := slices.Clone(theta)
	for k := range next {
		next[k] += d[k]
		if next[k]-next[k] != 0 {
			return nil
		}
	}
	return next
}
