//go:build !noasm

package kernel

// nativeVariants: NEON is part of every arm64 that Go runs on.
func nativeVariants() []Variant { return []Variant{NEON} }
