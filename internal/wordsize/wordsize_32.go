//go:build 386 || arm || mips || mipsle

package wordsize

var _ = kerasrun_needs_a_64_bit_processor
