package layers

import "github.com/kerasrun/kerasrun/runtime"

// kernelOptions are those that every layer with a kernel has for it.
type kernelOptions struct {
	KernelInitializer Initializer  `keras:"kernel_initializer"`
	KernelRegularizer *Regularizer `keras:"kernel_regularizer"`
	KernelConstraint  *Constraint  `keras:"kernel_constraint"`
}

// kernel describes a kernel of that shape.
func (o *kernelOptions) kernel(shape runtime.Shape) Weight {
	return Weight{Name: "kernel", Shape: shape, Trainable: true,
		Initializer: o.KernelInitializer, Regularizer: o.KernelRegularizer, Constraint: o.KernelConstraint}
}

// biasOptions are those that every layer with a bias has for it.
type biasOptions struct {
	BiasInitializer Initializer  `keras:"bias_initializer"`
	BiasRegularizer *Regularizer `keras:"bias_regularizer"`
	BiasConstraint  *Constraint  `keras:"bias_constraint"`
}

// biased describes a bias of that shape.
func (o *biasOptions) biased(shape runtime.Shape) Weight {
	return Weight{Name: "bias", Shape: shape, Trainable: true,
		Initializer: o.BiasInitializer, Regularizer: o.BiasRegularizer, Constraint: o.BiasConstraint}
}
