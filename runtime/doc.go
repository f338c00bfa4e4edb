// Package runtime runs and differentiates graphs of primitive operations on
// dense tensors. It knows nothing of Keras: layers build graphs with a
// [Builder], [Gradient] extends a graph with its derivative, and [Compile]
// turns a graph into an immutable [Program] that any number of goroutines may
// run.
//
// What is exported is what layers and callers need: to build graphs, whose
// primitives are the methods of Builder, and to run them. A layer of another
// module makes what it computes of these primitives. Operations, nodes and tasks
// are the package's own.
//
// What belongs here: one file op_NAME.go for each primitive (its shape rule,
// its task and its gradient together), one file pass_NAME.go for each rewrite of
// the graph, the few files that plan memory and run a plan, and ranges*.go,
// which bound results without computing any. SIMD loops belong in
// internal/kernel; anything that a Keras user would recognise by name belongs in
// layers.
//
// Words: an operation is a primitive, a node one use of it in a graph, a task an
// operation prepared for concrete shapes, which calls kernels; a plan is all
// tasks of a graph for concrete shapes, a frame the memory that tasks run on.
package runtime
