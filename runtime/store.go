package runtime

import (
	"sync"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// store keeps what the plans of a program share: constants packed for the
// kernels, each once.
type store struct {
	mu    sync.Mutex
	packs map[packKey]*kernel.Packed
	bytes int
}

type packKey struct {
	t                              *Tensor
	k, n, rowStride, colStride, at int
}

func newStore() *store { return &store{packs: map[packKey]*kernel.Packed{}} }

func (s *store) packed(key packKey) *kernel.Packed {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.packs[key]
	if p == nil {
		p = kernel.NewPacked(key.t.Float32s()[key.at:], key.k, key.n, key.rowStride, key.colStride)
		s.packs[key] = p
		s.bytes += 4 * len(p.Data)
	}
	return p
}
