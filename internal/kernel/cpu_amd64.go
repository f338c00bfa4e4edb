//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

// nativeVariants relies on x/sys/cpu, whose AVX flags are set only when the
// operating system saves the wide registers too.
func nativeVariants() []Variant {
	x := &cpu.X86
	if !x.HasAVX2 || !x.HasFMA || !x.HasBMI2 {
		return nil
	}
	if !x.HasAVX512F || !x.HasAVX512VL || !x.HasAVX512BW || !x.HasAVX512DQ {
		return []Variant{AVX2}
	}
	if !x.HasAVX512VNNI {
		return []Variant{AVX2, AVX512}
	}
	return []Variant{AVX2, AVX512, VNNI}
}
