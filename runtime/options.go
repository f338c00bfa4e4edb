package runtime

// Options say how a graph is compiled and run.
type Options struct {
	// Threads bounds the goroutines of one call; 0 means GOMAXPROCS.
	Threads int

	// Variables holds the graph's parameters, by index, when they may change
	// between calls. Nil makes them constants, which is faster.
	Variables []*Tensor

	// Memory bounds the bytes that one call may take for what it computes, its
	// results included; 0 means DefaultMemory. A call that needs more is refused
	// with an error before it takes any.
	Memory int

	// NoRewrites leaves the graph as it was built: for tests and debugging.
	NoRewrites bool
}
