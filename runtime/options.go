package runtime

// Options say how a graph is compiled and run.
type Options struct {
	// Threads bounds the goroutines of one call; 0 means GOMAXPROCS.
	Threads int

	// Variables holds the graph's parameters, by index, when they may change
	// between calls. Nil makes them constants, which is faster.
	Variables []*Tensor

	// NoRewrites leaves the graph as it was built: for tests and debugging.
	NoRewrites bool
}
