//go:build noasm || !amd64

package kernel

func nativeVec(*[len(variantNames)]vecTable) {}
