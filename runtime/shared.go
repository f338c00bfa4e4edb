package runtime

import (
	"sync"
	"sync/atomic"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// shared is what the plans of a program share: constants packed for the kernels,
// each once, and the bounds of a call.
type shared struct {
	mu      sync.Mutex
	packs   map[any]any
	tensors map[*Tensor]bool // of which there is a pack
	unread  []reading
	bytes   int
	limit   int // bytes that one call may take
	threads int // of a call, at most: for the size of parts, on which no answer depends
}

// reading is what a pack still needs: the numbers of its constant.
type reading struct {
	node *node
	t    *Tensor
	fill func(elements []float32)
}

// room is working memory that grows.
type room []float32

// floats returns n numbers, whatever they are.
func (r *room) floats(n int) []float32 {
	if len(*r) < n {
		*r = kernel.AlignedFloats(n)
	}
	return (*r)[:n]
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

// keepFilled is keep for a constant operand that the task reads packed alone. fill writes
// the pack: that happens in read, for many of them at the same time.
func keepFilled[P any](a *operands, t *Tensor, key any, make func() P, fill func(p P, elements []float32), bytes func(P) int) P {
	s := a.shared
	a.packs = append(a.packs, t)
	return keep(s, t, key, func() P {
		p := make()
		s.unread = append(s.unread, reading{a.node, t, func(e []float32) { fill(p, e) }})
		return p
	}, bytes)
}

// read fills the packs that were asked for since. What it did not come to is left
// for the next time.
func (s *shared) read(w *watch) error {
	s.mu.Lock()
	todo := s.unread
	s.unread = nil
	s.mu.Unlock()
	var next atomic.Int64
	errs := make([]error, max(1, min(s.threads, len(todo))))
	left := make([][]reading, len(errs))
	work := func(k int) {
		var elements room
		for i := next.Add(1) - 1; int(i) < len(todo); i = next.Add(1) - 1 {
			if errs[k] == nil {
				errs[k] = w.err()
			}
			if errs[k] == nil {
				errs[k] = todo[i].do(&elements)
			}
			if errs[k] != nil {
				left[k] = append(left[k], todo[i])
			}
		}
	}
	var wait sync.WaitGroup
	for k := 1; k < len(errs); k++ {
		wait.Go(func() { work(k) })
	}
	work(0)
	wait.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range left {
		s.unread = append(s.unread, l...)
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// do fills the pack. A panic is an error.
func (r *reading) do(elements *room) (err error) {
	defer recoverAt(r.node, &err)
	r.fill(r.t.elements(elements))
	return nil
}

// newPacked returns a k×n matrix in panels, yet to be filled.
func newPacked(k, n int) *kernel.Packed {
	return &kernel.Packed{K: k, N: n, Data: kernel.AlignedFloats(kernel.PackedLen(k, n))}
}

func packedBytes(p *kernel.Packed) int { return 4 * len(p.Data) }
