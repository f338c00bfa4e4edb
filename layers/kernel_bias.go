package layers

import "github.com/kerasrun/kerasrun/runtime"

// KernelOptions are those that every layer with a kernel has for it.
type KernelOptions struct {
	KernelInitializer Initializer  `keras:"kernel_initializer"`
	KernelRegularizer *Regularizer `keras:"kernel_regularizer"`
	KernelConstraint  *Constraint  `keras:"kernel_constraint"`

	// LoRA says that low-rank factors beside the kernel were trained in its place.
	// Files hold them within the kernel, which stays frozen (dense.py,
	// enable_lora); factors that begin at zero, both, never learn. Package keras
	// sets it.
	LoRA bool `keras:"lora"`
}

// NewKernelOptions returns Keras' defaults.
func NewKernelOptions() KernelOptions {
	return KernelOptions{KernelInitializer: Initializer{Class: "GlorotUniform"}}
}

// Kernel describes a kernel of that shape.
func (o *KernelOptions) Kernel(shape runtime.Shape) Weight {
	return Weight{Name: "kernel", Shape: shape, Trainable: !o.LoRA, LoRA: o.LoRA,
		Initializer: o.KernelInitializer, Regularizer: o.KernelRegularizer, Constraint: o.KernelConstraint}
}

// BiasOptions are those that every layer with a bias has for it.
type BiasOptions struct {
	BiasInitializer Initializer  `keras:"bias_initializer"`
	BiasRegularizer *Regularizer `keras:"bias_regularizer"`
	BiasConstraint  *Constraint  `keras:"bias_constraint"`
}

// NewBiasOptions returns Keras' defaults.
func NewBiasOptions() BiasOptions { return BiasOptions{BiasInitializer: Initializer{Class: "Zeros"}} }

// Bias describes a bias of that shape.
func (o *BiasOptions) Bias(shape runtime.Shape) Weight {
	return Weight{Name: "bias", Shape: shape, Trainable: true,
		Initializer: o.BiasInitializer, Regularizer: o.BiasRegularizer, Constraint: o.BiasConstraint}
}
