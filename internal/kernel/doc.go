// Package kernel holds the inner loops: matrix products on packed weights,
// implicit-im2col convolution, transposes, and the vector functions. It is the
// only package with assembly. It knows nothing of layers, graphs or threads:
// callers split the work and pass plain slices.
//
// Every routine has a pure Go form, which is the oracle of its tests and the
// only form under the build tag noasm and on architectures without assembly.
// The assembly (AVX2 with FMA, AVX-512 and its VNNI on amd64, NEON on arm64) is
// written by the generator in gen/. Which form runs is decided once, at start, from the
// CPU; see [Variant].
//
// # Determinism
//
// An output element is the sum over its reduction index in one fixed order, in
// one accumulator, with fused multiply-adds where the variant is assembly. So
// its bits depend on its inputs alone: not on the number of rows in the call,
// on the row's place among them, or on how the caller splits the work. All
// assembly variants give the same bits; pure Go rounds twice per step and
// differs from them in the last places.
//
// # Safety
//
// Assembly checks nothing. The exported Go functions check that every slice is
// long enough before they call it, and panic where it is not: that is a
// mistake in this program, never in a file or in a caller's data.
//
// # Adding a routine
//
// Write the Go form, and the generator function in gen/ (one file a family, listed
// in vecFamilies or files there). Choose between the forms with a switch on active,
// calling the assembly by name: pointers passed through a function variable would
// escape and be allocated on the heap. (The vector functions do go through a table,
// vecTable, which is generated with them: they take slices of the caller's buffers,
// and there are too many for a switch each. The Go form of fooAVX2 is fooGo.) Test
// each of [Variants] against the Go form on [guarded] memory (guard_test.go), with
// NaN and infinities among the inputs.
// A single call of assembly cannot be preempted: keep it under about 1 ms.
package kernel

//go:generate go -C gen run . -out ..
