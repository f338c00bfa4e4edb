package serve

import (
	"context"
	"sync"
)

// budget is memory that several share.
type budget struct {
	mu   sync.Mutex
	most int64
	used int64
	free chan struct{} // closed when some is given back
}

func newBudget(most int64) *budget { return &budget{most: most, free: make(chan struct{})} }

// try takes n bytes if they are there.
func (b *budget) try(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > b.most-b.used {
		return false
	}
	b.used += n
	return true
}

// take waits for n bytes, which must not be more than there are in all.
func (b *budget) take(ctx context.Context, n int64) error {
	for {
		b.mu.Lock()
		free := b.free
		if n <= b.most-b.used {
			b.used += n
			b.mu.Unlock()
			return nil
		}
		b.mu.Unlock()
		select {
		case <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	b.used -= n
	close(b.free)
	b.free = make(chan struct{})
	b.mu.Unlock()
}
