package keras

import "github.com/kerasrun/kerasrun/runtime"

// CompileOption changes how a model is compiled.
type CompileOption func(*compiler)

// compiler is one compilation.
type compiler struct {
	options runtime.Options
	chosen  bool // Outputs was given
	names   []string
}

// Threads bounds the goroutines of one call; the default is GOMAXPROCS. It
// changes no answer.
//
// A service that answers many calls at a time takes Threads(1): its requests keep
// the cores busy already, so more threads answer no more rows a second, and they
// take memory for each. It does well to let only as many calls run at a time as
// there are cores: the others wait their turn instead of all slowing each other
// down. More threads shorten a call that is alone: large batches, or one request
// at a time. BenchmarkConcurrent shows all three.
func Threads(n int) CompileOption { return func(c *compiler) { c.options.Threads = n } }

// Memory bounds the bytes that one call may take for what it computes, its
// results included; the default is runtime.DefaultMemory. A call that needs more ends in a
// *runtime.ShapeError.
func Memory(bytes int) CompileOption {
	return func(c *compiler) { c.options.Memory = max(bytes, 1) }
}

// Outputs makes the program compute these instead of the model's outputs, in
// this order: embeddings, feature vectors, attention scores. What they do not
// need is not computed, and inputs that none of them needs are not asked for.
//
// A name is that of one of the model's outputs, or of a layer of any model,
// Sequential or Functional, whose output it then is. What a layer inside a
// nested model gives is "outer/inner". A layer that is called several times has
// several outputs; its calls are counted from 0 as in Keras' summary: "shared[1]",
// or "outer[1]/inner" where the nested model is. Of a call that gives several
// tensors the second number says which: "lstm[0][2]". A layer inside a wrapper
// such as TimeDistributed has no output of its own.
//
// The port has the name given. A name that the model does not have, or that could
// be several, is a *NameError.
func Outputs(names ...string) CompileOption {
	return func(c *compiler) { c.chosen, c.names = true, append(c.names, names...) }
}
