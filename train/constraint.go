package train

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// ParseConstraint reads "non_neg", "abs", "max_norm:2", "unit_norm" or
// "min_max_norm:0.5:1".
func ParseConstraint(s string) (*layers.Constraint, error) {
	parts := strings.Split(s, ":")
	numbers := make([]float64, 0, 2)
	for _, p := range parts[1:] {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return nil, fmt.Errorf("constraint %q: wanted a number, received %q", s, p)
		}
		numbers = append(numbers, v)
	}
	c := &layers.Constraint{Axes: []int{0}}
	want := 0
	switch parts[0] {
	case "non_neg":
		c.Kind = layers.NonNeg
	case "abs":
		c.Kind = layers.Abs
	case "unit_norm":
		c.Kind = layers.UnitNorm
	case "max_norm":
		c.Kind, c.Max, want = layers.MaxNorm, 2, 1
		if len(numbers) == 1 {
			c.Max = numbers[0]
		}
	case "min_max_norm":
		c.Kind, c.Max, c.Rate, want = layers.MinMaxNorm, 1, 1, 2
		if len(numbers) == 2 {
			c.Min, c.Max = numbers[0], numbers[1]
		}
	default:
		return nil, fmt.Errorf("constraint must be non_neg, abs, max_norm:M, unit_norm or min_max_norm:LEAST:MOST, received %q", s)
	}
	if len(numbers) != 0 && len(numbers) != want {
		return nil, fmt.Errorf("constraint %q: wanted %d numbers, received %d", s, want, len(numbers))
	}
	return c, nil
}

// constrain projects a weight of the given shape in place.
func constrain(c *layers.Constraint, w []float32, shape runtime.Shape) {
	switch c.Kind {
	case layers.NonNeg:
		for i, v := range w {
			if v < 0 {
				w[i] = 0
			}
		}
		return
	case layers.Abs:
		for i, v := range w {
			w[i] = float32(math.Abs(float64(v)))
		}
		return
	}
	norms := newNorms(shape, c.Axes)
	for i, v := range w {
		norms.sum[norms.of(i)] += v * v
	}
	for i, s := range norms.sum {
		n := float32(math.Sqrt(float64(s)))
		var factor float32
		switch c.Kind {
		case layers.UnitNorm:
			factor = 1 / (epsilon + n)
		case layers.MaxNorm:
			factor = min(max(n, 0), float32(c.Max)) / (epsilon + n)
		case layers.MinMaxNorm:
			rate := float32(c.Rate)
			factor = (rate*min(max(n, float32(c.Min)), float32(c.Max)) + (1-rate)*n) / (epsilon + n)
		}
		norms.sum[i] = factor
	}
	for i := range w {
		w[i] *= norms.sum[norms.of(i)]
	}
}

// norms maps each element of a weight to its group: the elements that differ
// only along the reduced axes.
type norms struct {
	sum     []float32
	shape   runtime.Shape
	strides []int // of the group's number, 0 on reduced axes
}

func newNorms(shape runtime.Shape, axes []int) *norms {
	n := &norms{shape: shape, strides: make([]int, len(shape))}
	reduced := make([]bool, len(shape))
	for _, a := range axes {
		if r, err := shape.Axis(a); err == nil {
			reduced[r] = true
		}
	}
	groups := 1
	for a := len(shape) - 1; a >= 0; a-- {
		if !reduced[a] {
			n.strides[a] = groups
			groups *= shape[a]
		}
	}
	n.sum = make([]float32, groups)
	return n
}

func (n *norms) of(i int) int {
	g := 0
	for a := len(n.shape) - 1; a >= 0; a-- {
		g += i % n.shape[a] * n.strides[a]
		i /= n.shape[a]
	}
	return g
}
