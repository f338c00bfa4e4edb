package runtime

import (
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// frame is the memory that a task runs on.
type frame struct {
	slots   []unsafe.Pointer
	scratch []float32
	states  []any
	step    int
	again   bool   // in the body of a loop: a step before this one found the same still operands
	seed    uint64 // of random numbers, for this call
	watch   *watch
}

// f32 returns the elements of a Float32 operand.
func (f *frame) f32(o operand) []float32 {
	return unsafe.Slice((*float32)(f.slots[o.slot]), o.len)
}

// i32 returns the elements of an Int32 operand.
func (f *frame) i32(o operand) []int32 { return unsafe.Slice((*int32)(f.slots[o.slot]), o.len) }

// i64 returns the elements of an Int64 operand.
func (f *frame) i64(o operand) []int64 { return unsafe.Slice((*int64)(f.slots[o.slot]), o.len) }

// bools returns the elements of a Bool operand.
func (f *frame) bools(o operand) []bool { return unsafe.Slice((*bool)(f.slots[o.slot]), o.len) }

// i8 returns the elements of an Int8 operand.
func (f *frame) i8(o operand) []int8 { return unsafe.Slice((*int8)(f.slots[o.slot]), o.len) }

// strings returns the elements of a String operand.
func (f *frame) strings(o operand) []string {
	return unsafe.Slice((*string)(f.slots[o.slot]), o.len)
}

// bytes returns the memory of any operand but strings.
func (f *frame) bytes(o operand) []byte {
	return unsafe.Slice((*byte)(f.slots[o.slot]), o.len*o.DType.Size())
}

// raw returns n elements of an operand from element at on, as bytes.
func (f *frame) raw(o operand, at, n int) []byte {
	size := o.DType.Size()
	return unsafe.Slice((*byte)(f.slots[o.slot]), o.len*size)[at*size : (at+n)*size]
}

// pack is kernel.Pack, a few panels of columns at a time where the call may have
// to end in between.
func (f *frame) pack(dst, b []float32, k, n, rowStride, colStride int) {
	const most = 1 << 20 // elements between looks at the clock
	columns := n
	if f.watch != nil && f.watch.done != nil {
		columns = max(1, most/max(k, 1)/kernel.PanelWidth) * kernel.PanelWidth
	}
	for j := 0; j < n && !f.expired(); j += columns {
		kernel.Pack(dst[j*k:], b[j*colStride:], k, min(columns, n-j), rowStride, colStride)
	}
}

// floats returns working memory of this goroutine; its content is arbitrary.
func (f *frame) floats(n int) []float32 { return f.scratch[:n] }

// state returns what task.state made for this session.
func (f *frame) state() any { return f.states[f.step] }
