package optimizers

import (
	"math"
	"regexp"
	"strings"

	"github.com/kerasrun/kerasrun/internal/math32"
	"github.com/kerasrun/kerasrun/layers"
)

func init() { Register("Muon", func() Optimizer { return NewMuon() }) }

// Muon makes the steps of matrices orthogonal by Newton-Schulz iterations, and
// steps other variables as Adam does (Jordan et al. 2024;
// keras/src/optimizers/muon.py).
type Muon struct {
	Common
	AdamBeta1         float64  `keras:"adam_beta_1"`
	AdamBeta2         float64  `keras:"adam_beta_2"`
	AdamWeightDecay   float64  `keras:"adam_weight_decay"`
	AdamLRRatio       float64  `keras:"adam_lr_ratio"`
	Epsilon           float64  `keras:"epsilon"`
	ExcludeLayers     []string `keras:"exclude_layers"` // regular expressions of paths that Adam steps
	ExcludeEmbeddings bool     `keras:"exclude_embeddings"`
	A                 float64  `keras:"muon_a"`
	B                 float64  `keras:"muon_b"`
	C                 float64  `keras:"muon_c"`
	Momentum          float64  `keras:"momentum"`
	Steps             int      `keras:"ns_steps"`
	Nesterov          bool     `keras:"nesterov"`
	RMSRate           *float64 `keras:"rms_rate"` // of the step's size beside √(longer side); nil leaves the size
}

// NewMuon returns Muon with Keras' defaults.
func NewMuon() *Muon {
	rate := 0.2
	o := &Muon{Common: Defaults(0.001), AdamBeta1: 0.9, AdamBeta2: 0.999, AdamWeightDecay: 0.004, AdamLRRatio: 1, Epsilon: epsilon,
		ExcludeLayers: []string{}, ExcludeEmbeddings: true, A: 3.4445, B: -4.7750, C: 2.0315, Momentum: 0.95, Steps: 5, Nesterov: true, RMSRate: &rate}
	o.WeightDecay = 0.004
	return o
}

// null reads an option for which null is not the default.
func (o *Muon) null(key string) {
	switch key {
	case "weight_decay":
		o.WeightDecay = 0
	case "adam_weight_decay":
		o.AdamWeightDecay = 0
	case "rms_rate":
		o.RMSRate = nil
	}
}

// Configure writes a list as a file has it, and no decay as null.
func (o *Muon) Configure(config map[string]any) {
	list := []any{}
	for _, e := range o.ExcludeLayers {
		list = append(list, e)
	}
	config["exclude_layers"] = list
	if o.AdamWeightDecay == 0 {
		config["adam_weight_decay"] = nil
	}
}

// maxNewtonSchulz bounds the time of a step.
const maxNewtonSchulz = 100

// Validate refuses what no step can be made with.
func (o *Muon) Validate(d *layers.Decoder) {
	if o.Steps < 0 || o.Steps > maxNewtonSchulz {
		d.Unsupported("ns_steps must be from 0 to %d, received %d", maxNewtonSchulz, o.Steps)
	}
	for _, e := range o.ExcludeLayers {
		if _, err := regexp.Compile(e); err != nil {
			d.Unsupported("exclude_layers: %v", err)
		}
	}
}

// adam tells whether Adam steps a variable.
func (o *Muon) adam(v Variable) bool {
	if len(v.Shape) != 2 || o.ExcludeEmbeddings && strings.Contains(strings.ToLower(v.Path), "embedding") {
		return true
	}
	for _, e := range o.ExcludeLayers {
		if r, err := regexp.Compile(e); err == nil && r.MatchString(v.Path) {
			return true
		}
	}
	return false
}

// Slots are the momentum, and the second moment where Adam steps.
func (o *Muon) Slots() []Group {
	second := func(v Variable) ([]int, bool) { return v.Shape, o.adam(v) }
	return []Group{{{Name: "momentum"}, {Name: "velocity", Shape: second}}}
}

// Power is the square.
func (o *Muon) Power(g float32) float32 { return g * g }

// Decay is the weight decay of a variable.
func (o *Muon) Decay(v Variable) float64 {
	if o.adam(v) {
		return o.AdamWeightDecay
	}
	return o.WeightDecay
}

// Step changes one variable.
func (o *Muon) Step(c *Call) {
	m := c.Slots[0]
	if v := c.Slots[1]; v != nil {
		b1, b2 := float32(o.AdamBeta1), float32(o.AdamBeta2)
		t := float32(c.Iteration)
		alpha := c.Rate * float32(o.AdamLRRatio) * math32.Sqrt(1-math32.Pow(b2, t)) / (1 - math32.Pow(b1, t))
		for i, g := range c.Gradient {
			m[i] += (g - m[i]) * (1 - b1)
			v[i] += (c.Square(i) - v[i]) * (1 - b2)
			c.Weights[i] -= m[i] * alpha / (math32.Sqrt(v[i]) + float32(o.Epsilon))
		}
		return
	}
	n := min(c.Shape[0], c.Shape[1])
	memory := c.Memory(2*len(m) + 2*n*n)
	x := memory[:len(m)]
	for i, g := range c.Gradient {
		m[i] += g + m[i]*float32(o.Momentum-1)
		x[i] = m[i]
		if o.Nesterov {
			x[i] = g + float32(o.Momentum)*m[i]
		}
	}
	rows, columns := c.Shape[0], c.Shape[1]
	o.orthogonal(x, memory[len(m):], rows, columns)
	rate := c.Rate
	scale := float32(1)
	if o.RMSRate != nil {
		scale = float32(math.Sqrt(float64(max(rows, columns)))) * float32(*o.RMSRate)
	}
	for i := range c.Weights {
		c.Weights[i] -= rate * x[i] * scale
	}
}
