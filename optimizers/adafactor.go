package optimizers

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/math32"
)

func init() { Register("Adafactor", func() Optimizer { return NewAdafactor() }) }

// Adafactor keeps of the squares of a matrix' gradients only the means of rows and
// columns (Shazeer and Stern 2018; keras/src/optimizers/adafactor.py).
type Adafactor struct {
	Common
	Beta2Decay    float64 `keras:"beta_2_decay"`
	Epsilon1      float64 `keras:"epsilon_1"`
	Epsilon2      float64 `keras:"epsilon_2"`
	ClipThreshold float64 `keras:"clip_threshold"`
	RelativeStep  bool    `keras:"relative_step"` // makes no difference: the rate is at most 1/√step either way
}

// NewAdafactor returns Adafactor with Keras' defaults.
func NewAdafactor() *Adafactor {
	return &Adafactor{Common: Defaults(0.001), Beta2Decay: -0.8, Epsilon1: 1e-30, Epsilon2: 1e-3, ClipThreshold: 1, RelativeStep: true}
}

// Slots are the means of rows and of columns, for which Keras saves placeholders
// where a variable has neither, and what they say of each element's square.
func (o *Adafactor) Slots() []Group {
	rows := func(v Variable) ([]int, bool) {
		if n := len(v.Shape); n >= 2 {
			return v.Shape[:n-1], true
		}
		return nil, false
	}
	columns := func(v Variable) ([]int, bool) {
		if n := len(v.Shape); n >= 2 {
			return append(append([]int{}, v.Shape[:n-2]...), v.Shape[n-1]), true
		}
		return nil, false
	}
	return []Group{{{Name: "r", Shape: rows, Placeholder: true}, {Name: "c", Shape: columns, Placeholder: true}, {Name: "velocity", Keras2: Keras2{Name: "v"}}}}
}

// Power is the square.
func (o *Adafactor) Power(g float32) float32 { return g * g }

// Step changes one variable.
func (o *Adafactor) Step(c *Call) {
	t := float32(c.Iteration)
	beta := 1 - math32.Pow(t, float32(o.Beta2Decay))
	alpha := max(float32(o.Epsilon2), rootMeanSquare(len(c.Weights), func(i int) float32 { return c.Weights[i] })) * min(c.Rate, 1/math32.Sqrt(t))
	v := c.Slots[2]
	if len(c.Shape) >= 2 {
		o.factor(c, beta)
	} else {
		for i := range v {
			v[i] = beta*v[i] + (1-beta)*(c.Square(i)+float32(o.Epsilon1))
		}
	}
	update := func(i int) float32 { return c.Gradient[i] / math32.Sqrt(v[i]) }
	bound := max(1, rootMeanSquare(len(v), update)/float32(o.ClipThreshold))
	for i := range c.Weights {
		c.Weights[i] -= alpha * (update(i) / bound)
	}
}

// factor moves the means of rows and columns of each matrix, and makes the squares
// of them.
func (o *Adafactor) factor(c *Call, beta float32) {
	width, height := c.Shape[len(c.Shape)-1], c.Shape[len(c.Shape)-2]
	size := width * height
	square := func(i int) float64 { return float64(c.Square(i) + float32(o.Epsilon1)) }
	for k := 0; k*size < len(c.Weights); k++ {
		rows, columns := c.Slots[0][k*height:][:height], c.Slots[1][k*width:][:width]
		mean := 0.0
		for y := range rows {
			sum := 0.0
			for x := range width {
				sum += square(k*size + y*width + x)
			}
			rows[y] = beta*rows[y] + (1-beta)*float32(sum/float64(width))
			mean += float64(rows[y])
		}
		for x := range columns {
			sum := 0.0
			for y := range height {
				sum += square(k*size + y*width + x)
			}
			columns[x] = beta*columns[x] + (1-beta)*float32(sum/float64(height))
		}
		for y, r := range rows {
			for x, column := range columns {
				c.Slots[2][k*size+y*width+x] = r / float32(mean/float64(height)) * column
			}
		}
	}
}

func rootMeanSquare(n int, at func(i int) float32) float32 {
	sum := 0.0
	for i := range n {
		v := float64(at(i))
		sum += v * v
	}
	return float32(math.Sqrt(sum / float64(n)))
}
