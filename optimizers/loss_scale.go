package optimizers

import "github.com/kerasrun/kerasrun/layers"

func init() {
	Register("LossScaleOptimizer", func() Optimizer { return NewLossScaleOptimizer(NewSGD()) })
}

// LossScaleOptimizer is another optimizer whose loss is multiplied by a power of 2,
// for half precision, and whose gradients are divided by it again
// (keras/src/optimizers/loss_scale_optimizer.py). In float32 the two leave the same
// bits, so neither is done here; what remains is that a step whose gradients are
// not finite changes nothing, and the scale, which is kept for Keras.
type LossScaleOptimizer struct {
	Inner              Optimizer
	InitialScale       float64
	DynamicGrowthSteps int // steps after which the scale doubles
}

// NewLossScaleOptimizer returns Keras' defaults around an optimizer.
func NewLossScaleOptimizer(inner Optimizer) *LossScaleOptimizer {
	return &LossScaleOptimizer{Inner: inner, InitialScale: 32768, DynamicGrowthSteps: 2000}
}

// Base returns the inner optimizer's common part.
func (o *LossScaleOptimizer) Base() *Common { return o.Inner.Base() }

// Slots are the steps since the scale changed, the scale, and the inner
// optimizer's.
func (o *LossScaleOptimizer) Slots() []Group {
	return append([]Group{{{Name: "step_counter", Single: true}}, {{Name: "dynamic_scale", Initial: o.InitialScale, Single: true}}}, o.Inner.Slots()...)
}

// Passes says whether a step is made, and moves the scale.
func (o *LossScaleOptimizer) Passes(finite bool, single [][]float32) bool {
	counter, scale := &single[0][0], &single[1][0]
	switch {
	case !finite:
		*counter, *scale = 0, *scale/2
	case int(*counter) == o.DynamicGrowthSteps-1:
		*counter, *scale = 0, *scale*2
	default:
		*counter++
	}
	return finite
}

// inner calls a function with the inner optimizer's single slots.
func (o *LossScaleOptimizer) inner(c *Call, do func(c *Call)) {
	all := c.Single
	c.Single = all[2:]
	do(c)
	c.Single = all
}

// Begin begins the inner optimizer's step.
func (o *LossScaleOptimizer) Begin(c *Call) {
	if b, ok := o.Inner.(Beginner); ok {
		o.inner(c, b.Begin)
	}
}

// Step changes one variable.
func (o *LossScaleOptimizer) Step(c *Call) { o.inner(c, o.Inner.Step) }

// Decode reads the options.
func (o *LossScaleOptimizer) Decode(d *layers.Decoder, config map[string]any) {
	class, inner, ok := layers.ClassAndConfig(config["inner_optimizer"])
	if !ok {
		d.Broken("inner_optimizer must be an optimizer, received %s", layers.Brief(config["inner_optimizer"]))
		return
	}
	if class == "LossScaleOptimizer" {
		d.Unsupported("a LossScaleOptimizer within another")
		return
	}
	if i := Decode(d, class, inner); i != nil {
		o.Inner = i
	}
	if x, ok := layers.Float(config["initial_scale"]); ok {
		o.InitialScale = x
	}
	if n, ok := layers.Int(config["dynamic_growth_steps"]); ok {
		o.DynamicGrowthSteps = n
	}
}

// Configure writes the options, which are not those of other optimizers.
func (o *LossScaleOptimizer) Configure(config map[string]any) {
	clear(config)
	config["name"] = "loss_scale_optimizer"
	config["inner_optimizer"] = map[string]any{"module": "keras.optimizers", "class_name": Class(o.Inner), "config": Config(o.Inner), "registered_name": nil}
	config["initial_scale"], config["dynamic_growth_steps"] = o.InitialScale, o.DynamicGrowthSteps
}
