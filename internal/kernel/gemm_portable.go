//go:build noasm || !(amd64 || arm64)

package kernel

func (g *Gemm) native(lo, hi int) bool     { return false }
func (g *Indirect) native(lo, hi int) bool { return false }
