// Package runtime runs and differentiates graphs of primitive operations on
// dense tensors. It knows nothing of Keras: layers build graphs with a
// [Builder], [Gradient] extends a graph with its derivative, and [Compile]
// turns a graph into an immutable [Program] that any number of goroutines may
// run.
//
// What belongs here: one file op_NAME.go for each primitive (its shape rule,
// its kernel call and its gradient together), one file pass_NAME.go for each
// rewrite of the graph, and the few files that plan memory and run a plan.
// SIMD loops belong in internal/kernel; anything that a Keras user would
// recognise by name belongs in layers.
package runtime
