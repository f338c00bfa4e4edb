package rnn

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// gates holds the options of the cells whose gates are products of the input
// with a kernel and of the state with a recurrent kernel.
type gates struct {
	Units int `keras:"units"`
	cellOptions
}

// cellOptions are those of every cell of Keras.
type cellOptions struct {
	layers.KernelOptions
	layers.BiasOptions
	Activation           layers.Activation   `keras:"activation"`
	UseBias              bool                `keras:"use_bias"`
	RecurrentInitializer layers.Initializer  `keras:"recurrent_initializer"`
	RecurrentRegularizer *layers.Regularizer `keras:"recurrent_regularizer"`
	RecurrentConstraint  *layers.Constraint  `keras:"recurrent_constraint"`
	recurrentDropout
}

// recurrentDropout holds the options of dropout in a cell. A mask is the same at
// every step.
type recurrentDropout struct {
	Dropout          float64 `keras:"dropout"`
	RecurrentDropout float64 `keras:"recurrent_dropout"`
	Seed             any     `keras:"seed"`           // Keras' generator is not reproduced
	Implementation   int     `keras:"implementation"` // 1 gives each gate a mask of its own
}

func (o *recurrentDropout) check(d *layers.Decoder) {
	d.WantRate("dropout", o.Dropout)
	d.WantRate("recurrent_dropout", o.RecurrentDropout)
}

// drops reports whether a rate drops anything: Keras takes 1 for none.
func (o *recurrentDropout) drops(c *layers.Call, rate float64) bool {
	return c.Training && rate > 0 && rate < 1
}

// stochastic implements fuser.
func (o *recurrentDropout) stochastic(c *layers.Call) bool {
	return o.drops(c, o.Dropout) || o.drops(c, o.RecurrentDropout)
}

func newCell() cellOptions {
	tanh, _ := layers.ActivationNamed("tanh")
	return cellOptions{KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions(),
		Activation: tanh, UseBias: true, RecurrentInitializer: layers.Initializer{Class: "Orthogonal"}}
}

func newGates() gates { return gates{cellOptions: newCell()} }

// Validate implements Validator.
func (o *gates) Validate(d *layers.Decoder) {
	if o.Units < 1 || o.Units > 1<<24 {
		d.Broken("units must be between 1 and %d, received %d", 1<<24, o.Units)
	}
	o.check(d)
}

// weights returns those of a cell with n gates on a step's input.
func (o *gates) weights(step runtime.Shape, n int, bias runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantRank(step, 2, 2); err != nil {
		return nil, err
	}
	features, err := layers.WantKnown(step, -1)
	if err != nil {
		return nil, err
	}
	return o.cellOptions.weights(runtime.Shape{features, n * o.Units}, runtime.Shape{o.Units, n * o.Units}, bias), nil
}

// weights returns those of a cell of these shapes.
func (o *cellOptions) weights(kernel, recurrent, bias runtime.Shape) []layers.Weight {
	w := []layers.Weight{
		o.Kernel(kernel),
		{Name: "recurrent_kernel", Shape: recurrent, Trainable: true,
			Initializer: o.RecurrentInitializer, Regularizer: o.RecurrentRegularizer, Constraint: o.RecurrentConstraint},
	}
	if o.UseBias {
		w = append(w, o.Bias(bias))
	}
	return w
}

// states returns the shapes of n states.
func (o *gates) states(n int) []runtime.Shape {
	out := make([]runtime.Shape, n)
	for i := range out {
		out[i] = runtime.Shape{o.Units}
	}
	return out
}

// times returns x·kernel for n gates. Dropout masks are drawn once for all
// steps, for each gate if the cell computes the gates apart.
func (o *gates) times(c *layers.Call, x, kernel *runtime.Value, n int) *runtime.Value {
	if !o.drops(c, o.Dropout) {
		return c.MatMul(x, kernel)
	}
	one := 1
	noise := make([]*int, x.Rank())
	if x.Rank() == 3 {
		noise[1] = &one
	}
	if n == 1 || o.Implementation != 1 && o.RecurrentDropout == 0 {
		return c.MatMul(c.Dropout(x, o.Dropout, noise), kernel)
	}
	return o.apart(c.Builder, 0, n, kernel, func(int) *runtime.Value { return c.Dropout(x, o.Dropout, noise) })
}

// apart joins the products of gates that have inputs of their own.
func (o *gates) apart(b *runtime.Builder, from, to int, kernel *runtime.Value, input func(gate int) *runtime.Value) *runtime.Value {
	var z []*runtime.Value
	for g := from; g < to; g++ {
		x := input(g)
		z = append(z, b.MatMul(x, b.SliceLast(kernel, g*o.Units, (g+1)*o.Units)))
	}
	return b.Concat(z[0].Rank()-1, z...)
}

// product is the recurrent product of one step of a cell with n gates.
func (o *gates) product(c *layers.Call, n int) runtime.Product {
	kernel := c.Weight("recurrent_kernel")
	if !o.drops(c, o.RecurrentDropout) {
		return func(b *runtime.Builder, h *runtime.Value, from, to int) *runtime.Value {
			u := kernel
			if to-from < n {
				u = b.SliceLast(u, from*o.Units, to*o.Units)
			}
			return b.MatMul(h, u)
		}
	}
	return func(b *runtime.Builder, h *runtime.Value, from, to int) *runtime.Value {
		return o.apart(b, from, to, kernel, func(int) *runtime.Value {
			return c.Dropout(h, o.RecurrentDropout, make([]*int, h.Rank()))
		})
	}
}

// elementwise is an activation as the runtime takes it.
func elementwise(c *layers.Call, a layers.Activation) runtime.Elementwise {
	if a.Linear() {
		return nil
	}
	return func(b *runtime.Builder, x *runtime.Value) *runtime.Value {
		return a.Apply(c.On(b), x).Value
	}
}

// complete gives a recurrence its weights and activations.
func (o *gates) complete(c *layers.Call, r runtime.Recurrence, gate layers.Activation) runtime.Recurrence {
	r.Kernel, r.Recurrent = c.Weight("kernel"), c.Weight("recurrent_kernel")
	if o.UseBias {
		r.Bias = c.Weight("bias")
	}
	r.Activation, r.Gate = elementwise(c, o.Activation), elementwise(c, gate)
	return r
}
