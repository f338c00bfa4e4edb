//go:build noasm || !(amd64 || arm64)

package kernel

func nativeVariants() []Variant { return nil }
