package kernel

import (
	"fmt"
	"os"
	"slices"
)

// Variant is one form the routines are written in.
type Variant uint8

// The forms, slowest first.
const (
	Generic Variant = iota // pure Go
	NEON                   // arm64
	AVX2                   // amd64 with AVX2 and FMA
	AVX512                 // amd64 with AVX-512 F, VL, BW and DQ
	VNNI                   // AVX512 with its VNNI for products of whole numbers
)

var variantNames = [...]string{"generic", "neon", "avx2", "avx512", "vnni"}

func (v Variant) String() string {
	if int(v) < len(variantNames) {
		return variantNames[v]
	}
	return fmt.Sprintf("Variant(%d)", uint8(v))
}

// active is the form in use, but for products of whole numbers when vnni is set: VNNI
// is AVX512 in all else. Both are set before main starts and changed by tests only.
var active, vnni = split(choose(os.Getenv("KERASRUN_CPU")))

// split returns what active and vnni are for v.
func split(v Variant) (Variant, bool) {
	if v == VNNI {
		return AVX512, true
	}
	return v, false
}

// choose returns the variant of that name if this machine has it, else the
// best it has.
func choose(name string) Variant {
	have := Variants()
	for _, v := range have {
		if v.String() == name {
			return v
		}
	}
	return have[len(have)-1]
}

// Active returns the form in use: the best this machine has, or the one named
// by the environment variable KERASRUN_CPU (generic, neon, avx2, avx512, vnni)
// when the machine has it.
func Active() Variant {
	if vnni {
		return VNNI
	}
	return active
}

// Variants returns the forms this binary has and this machine can run, slowest
// first. The first is always Generic.
func Variants() []Variant { return append([]Variant{Generic}, nativeVariants()...) }

// Use switches to v until restore is called. It is for tests and benchmarks:
// nothing may be running a kernel meanwhile. It panics if the machine cannot
// run v.
func Use(v Variant) (restore func()) {
	if !slices.Contains(Variants(), v) {
		panic(fmt.Sprintf("kernel: this machine cannot run variant %v; it has %v", v, Variants()))
	}
	oldActive, oldVNNI := active, vnni
	active, vnni = split(v)
	return func() { active, vnni = oldActive, oldVNNI }
}
