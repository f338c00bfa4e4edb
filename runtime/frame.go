package runtime

import "unsafe"

// frame is the memory that a task runs on.
type frame struct {
	slots   []unsafe.Pointer
	scratch []float32
	states  []any
	step    int
	seed    uint64 // of random numbers, for this call
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

// bytes returns the memory of any operand.
func (f *frame) bytes(o operand) []byte {
	return unsafe.Slice((*byte)(f.slots[o.slot]), o.len*o.DType.Size())
}

// raw returns n elements of an operand from element at on, as bytes.
func (f *frame) raw(o operand, at, n int) []byte {
	size := o.DType.Size()
	return unsafe.Slice((*byte)(f.slots[o.slot]), o.len*size)[at*size : (at+n)*size]
}

// floats returns working memory of this goroutine; its content is arbitrary.
func (f *frame) floats(n int) []float32 { return f.scratch[:n] }

// state returns what task.state made for this session.
func (f *frame) state() any { return f.states[f.step] }
