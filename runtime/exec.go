package runtime

import (
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// Operand is an input or output of an operation prepared for concrete shapes.
type Operand struct {
	Type
	Len    int
	slot   int
	tensor *Tensor // the data if it is known at compile time
}

// Constant returns the operand's data if it is known at compile time.
func (o *Operand) Constant() *Tensor { return o.tensor }

// Args is what an operation prepares its kernel from.
type Args struct {
	Node    *Node
	In, Out []Operand
	store   *store
}

// packed returns the constant operand's matrix in panels, packing it once for
// all plans of the program. The matrix has the given rows and columns with
// these strides.
func (a *Args) packed(t *Tensor, k, n, rowStride, colStride, offset int) *kernel.Packed {
	return a.store.packed(packKey{t, k, n, rowStride, colStride, offset})
}

// Kernel is an operation prepared for concrete shapes.
type Kernel struct {
	// Run computes the parts lo <= p < hi. Parts are independent: any split of
	// them over calls and goroutines gives the same bits.
	Run   func(f *Frame, lo, hi int)
	Parts int

	Cost    float64    // floating-point operations of all parts, for splitting and profiles
	Weights float64    // bytes of weights that one call reads, again and again if it does; for the size of tiles
	Scratch int        // float32s of working memory for each goroutine that runs parts
	State   func() any // makes what a session keeps for this kernel; see Frame.State
	Kept    int        // bytes that State takes
}

// Frame is the memory that a kernel runs on.
type Frame struct {
	slots   []unsafe.Pointer
	scratch []float32
	states  []any
	step    int
	seed    uint64 // of random numbers, for this call
}

// F32 returns the elements of a Float32 operand.
func (f *Frame) F32(o Operand) []float32 {
	return unsafe.Slice((*float32)(f.slots[o.slot]), o.Len)
}

// I32 returns the elements of an Int32 operand.
func (f *Frame) I32(o Operand) []int32 { return unsafe.Slice((*int32)(f.slots[o.slot]), o.Len) }

// I64 returns the elements of an Int64 operand.
func (f *Frame) I64(o Operand) []int64 { return unsafe.Slice((*int64)(f.slots[o.slot]), o.Len) }

// Bool returns the elements of a Bool operand.
func (f *Frame) Bool(o Operand) []bool { return unsafe.Slice((*bool)(f.slots[o.slot]), o.Len) }

// bytes returns the memory of any operand.
func (f *Frame) bytes(o Operand) []byte {
	return unsafe.Slice((*byte)(f.slots[o.slot]), o.Len*o.DType.Size())
}

// Scratch returns working memory of this goroutine; its content is arbitrary.
func (f *Frame) Scratch(n int) []float32 { return f.scratch[:n] }

// State returns what Kernel.State made for this session.
func (f *Frame) State() any { return f.states[f.step] }

// serial is the Kernel of an operation that is too small or too entangled to split.
func serial(cost int, run func(f *Frame)) (Kernel, error) {
	return Kernel{Parts: 1, Cost: float64(cost), Run: func(f *Frame, _, _ int) { run(f) }}, nil
}

// chunk is how many elements make one part of an elementwise operation.
const chunk = 16 << 10

// chunked is the Kernel of an operation over n elements in pieces.
func chunked(n int, cost float64, run func(f *Frame, lo, hi int)) (Kernel, error) {
	return Kernel{Parts: (n + chunk - 1) / chunk, Cost: cost * float64(n), Run: func(f *Frame, lo, hi int) {
		run(f, lo*chunk, min(hi*chunk, n))
	}}, nil
}
