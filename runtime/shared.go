package runtime

import (
	"sync"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// shared is what the plans of a program share: constants packed for the kernels,
// each once, and the bounds of a call.
type shared struct {
	mu      sync.Mutex
	packs   map[any]any
	tensors map[*Tensor]bool // of which there is a pack
	bytes   int
	limit   int // bytes that one call may take
	threads int // of a call, at most: for the size of parts, on which no answer depends
}

type packKey struct {
	t                              *Tensor
	k, n, rowStride, colStride, at int
}

func newShared(limit int) *shared {
	if limit <= 0 {
		limit = DefaultMemory()
	}
	return &shared{packs: map[any]any{}, tensors: map[*Tensor]bool{}, limit: limit}
}

func (s *shared) packed(key packKey) *kernel.Packed {
	if p := key.factorFor(); p != nil {
		return s.get(key.t, p, func() *kernel.Packed { return p })
	}
	return s.get(key.t, key, func() *kernel.Packed {
		return kernel.NewPacked(key.t.Float32s()[key.at:], key.k, key.n, key.rowStride, key.colStride)
	})
}

// get returns what make made of the tensor the first time it was asked for this key.
func (s *shared) get(t *Tensor, key any, make func() *kernel.Packed) *kernel.Packed {
	return keep(s, t, key, make, func(p *kernel.Packed) int { return 4 * len(p.Data) })
}

// keep returns what make made of the tensor, of any kind, the first time it was asked
// for this key.
func keep[P any](s *shared, t *Tensor, key any, make func() P, bytes func(P) int) P {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.packs[key]; ok {
		return p.(P)
	}
	p := make()
	s.packs[key], s.tensors[t] = p, true
	s.bytes += bytes(p)
	return p
}
