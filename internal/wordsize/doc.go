// Package wordsize ends a build for a 32-bit processor with the reason. Sizes of
// tensors are ints everywhere; kerasrun runs where an int has 64 bits, which
// WebAssembly's has.
package wordsize
