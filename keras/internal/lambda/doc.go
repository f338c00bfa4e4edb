// Package lambda lifts the Python functions of Keras' Lambda layers: it reads
// their compiled code, as Keras stored it, and works out by symbolic
// interpretation which operations of keras.ops they are made of. Nothing is
// ever run; a function that does more than call known functions on its inputs
// is refused with the instruction that stood in the way.
//
// The way of a function: codec.go gets the bytes out of a configuration,
// marshal.go reads CPython's code objects, disassemble.go splits the bytecode
// of a version (opcodes.go) into instructions, interpret*.go follow them over
// the values of value.go, functions*.go say which operations the functions of
// keras.backend, tensorflow and keras.ops are, and print.go and config.go write
// the result as a formula and as the configuration of a Keras 3 model.
//
// A code object does not say which Python wrote it. It is read as each version
// that it fits; readings must agree.
package lambda
