package runtime

import (
	"context"
	"time"
)

// watch tells a call when to end. The zero value never does.
type watch struct {
	ctx      context.Context
	done     <-chan struct{}
	deadline time.Time // zero if there is none
}

func watchOf(ctx context.Context) watch {
	w := watch{ctx: ctx, done: ctx.Done()}
	if w.done != nil {
		w.deadline, _ = ctx.Deadline()
	}
	return w
}

// err returns why the call has to end, or nil. It looks at the clock itself: the
// context's timer may be late where every core is busy.
func (w *watch) err() error {
	if w == nil || w.done == nil {
		return nil
	}
	select {
	case <-w.done:
		return w.ctx.Err()
	default:
	}
	if !w.deadline.IsZero() && !time.Now().Before(w.deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// canceled returns the channel that is closed when the call has to end.
func (w *watch) canceled() <-chan struct{} {
	if w == nil {
		return nil
	}
	return w.done
}

// expired reports whether the call has to end. A task that takes long asks
// between pieces of work and returns; what it leaves is not used.
func (f *frame) expired() bool { return f.watch.err() != nil }

// sliceCost is the work, in floating-point operations, after which a call looks
// whether it has to end: well under a millisecond of one core.
const sliceCost = 1e7
