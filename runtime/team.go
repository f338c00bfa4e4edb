package runtime

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// splitCost is the work, in floating-point operations, below which nothing is
// given to another goroutine: about 100 microseconds of one core.
const splitCost = 5e6

// team runs parts of the work of a call on several goroutines. Its helpers are
// started when first needed and end when they have been idle for a while, so a
// Program that is dropped leaves nothing behind.
type team struct {
	threads int
	jobs    chan *job
	helpers atomic.Int32
	free    sync.Pool // of *job
}

// job is work that several goroutines share: they take parts until none is left.
type job struct {
	frame frame
	step  *step
	next  atomic.Int64
	grain int
	wait  sync.WaitGroup
	need  int // scratch
	err   atomic.Pointer[error]
}

func newTeam(threads int) *team {
	if threads < 2 {
		return nil
	}
	return &team{threads: threads, jobs: make(chan *job)}
}

const idleTime = 50 * time.Millisecond

// parts runs all parts of a step on the calling goroutine and the helpers that
// are free.
func (t *team) parts(f *frame, st *step, scratch int) error {
	j, _ := t.free.Get().(*job)
	if j == nil {
		j = &job{}
	}
	j.frame, j.step, j.need = *f, st, scratch
	j.next.Store(0)
	j.grain = max(1, st.parts/(4*t.threads))
	for range min(t.threads, st.parts) - 1 {
		t.offer(j)
	}
	j.work(f)
	j.wait.Wait()
	err := j.err.Swap(nil)
	j.frame, j.step = frame{}, nil
	t.free.Put(j)
	if err != nil {
		return *err
	}
	return nil
}

// offer hands the job to a helper, starting one if all are busy and there may
// be more. A helper that cannot be had is done without.
func (t *team) offer(j *job) {
	j.wait.Add(1)
	select {
	case t.jobs <- j:
		return
	default:
	}
	if n := t.helpers.Add(1); int(n) >= t.threads {
		t.helpers.Add(-1)
		j.wait.Done()
		return
	}
	go t.help(j)
}

func (t *team) help(j *job) {
	defer t.helpers.Add(-1)
	var scratch []float32
	timer := time.NewTimer(idleTime)
	defer timer.Stop()
	for {
		f := j.frame
		if len(scratch) < j.need {
			scratch = kernel.AlignedFloats(j.need)
		}
		f.scratch = scratch
		j.work(&f)
		j.wait.Done()
		timer.Reset(idleTime)
		select {
		case j = <-t.jobs:
		case <-timer.C:
			return
		}
	}
}

func (j *job) work(f *frame) {
	for {
		hi := int(j.next.Add(int64(j.grain)))
		lo := hi - j.grain
		if lo >= j.step.parts {
			return
		}
		if err := j.step.work(f, lo, min(hi, j.step.parts)); err != nil {
			failed := err // only this one is to be allocated
			j.err.Store(&failed)
			j.next.Store(int64(j.step.parts)) // nobody takes more
			return
		}
	}
}

// rows splits the batch over goroutines, each with a session of its own.
func (t *team) rows(s *Session, threads, tile, rows int, in, out []*Tensor) error {
	p := s.p
	tiles := (rows + tile - 1) / tile
	share := (tiles + threads - 1) / threads * tile
	errs := make([]error, threads)
	var wait sync.WaitGroup
	for k := 1; k < threads; k++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			o := p.idle.take(p)
			defer p.idle.give(o)
			copy(o.dims, s.dims)
			o.watch = s.watch
			errs[k] = o.runTiles(tile, k*share, min((k+1)*share, rows), in, out)
			o.watch = watch{}
		}()
	}
	errs[0] = s.runTiles(tile, 0, min(share, rows), in, out)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
