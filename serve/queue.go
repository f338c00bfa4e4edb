package serve

import (
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// scheduler runs the calls of all models: no more at a time than there are
// workers, and of models that have something to do each in its turn.
type scheduler struct {
	options Options
	memory  *budget // of running calls

	mu      sync.Mutex
	due     []*queue // have something to run, next first
	running int
}

// queue holds the requests that wait for one program.
type queue struct {
	scheduler *scheduler
	program   *keras.Program
	called    func(rows int, d time.Duration)
	together  bool // rows of several requests may go together

	// What follows is the scheduler's.
	jobs  []*job
	rows  int // of jobs
	isDue bool
	timer *time.Timer // runs while jobs wait for company
}

// job is one request.
type job struct {
	ctx    context.Context
	in     []*runtime.Tensor
	rows   int
	queued time.Time

	done    chan struct{} // closed when out and err are there
	out     []*runtime.Tensor
	err     error
	began   time.Time // the call
	compute time.Duration
}

func newQueue(s *scheduler, p *keras.Program, called func(rows int, d time.Duration)) *queue {
	return &queue{scheduler: s, program: p, called: called, together: p.KeepsRows()}
}

// run answers one request, or returns the context's error when that is done first.
func (q *queue) run(ctx context.Context, in []*runtime.Tensor, rows int) (*job, error) {
	j := &job{ctx: ctx, in: in, rows: rows, queued: time.Now(), done: make(chan struct{})}
	s := q.scheduler
	s.mu.Lock()
	if err := q.full(); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	q.jobs, q.rows = append(q.jobs, j), q.rows+rows
	q.consider()
	s.mu.Unlock()
	select {
	case <-j.done:
		return j, j.err
	case <-ctx.Done():
		q.withdraw(j)
		return nil, ctx.Err()
	}
}

// full is the error of a request for which there is no place.
func (q *queue) full() error {
	if most := q.scheduler.options.MaxQueue; len(q.jobs) >= most {
		return fail(Busy, "too many requests are waiting: at most %d may", most)
	}
	return nil
}

// Admit turns a request away that would find no place in the queue, before the work of
// reading it: under overload that is most of what is done.
func (v *Version) Admit() error {
	v.queue.scheduler.mu.Lock()
	defer v.queue.scheduler.mu.Unlock()
	return v.queue.full()
}

// withdraw takes a job that nobody waits for out of the queue, unless it runs.
func (q *queue) withdraw(j *job) {
	q.scheduler.mu.Lock()
	defer q.scheduler.mu.Unlock()
	if i := slices.Index(q.jobs, j); i >= 0 {
		q.jobs, q.rows = slices.Delete(q.jobs, i, i+1), q.rows-j.rows
	}
}

// consider has the queue run when it is time, which is now unless its jobs wait
// for company.
func (q *queue) consider() {
	if q.isDue || len(q.jobs) == 0 {
		return
	}
	o := q.scheduler.options
	if wait := o.MaxWait - time.Since(q.jobs[0].queued); q.together && q.rows < o.MaxBatch && wait > 0 {
		if q.timer == nil {
			q.timer = time.AfterFunc(wait, q.timeIsUp)
		}
		return
	}
	q.makeDue()
}

func (q *queue) timeIsUp() {
	q.scheduler.mu.Lock()
	defer q.scheduler.mu.Unlock()
	q.timer = nil
	q.consider()
}

func (q *queue) makeDue() {
	s := q.scheduler
	q.isDue = true
	s.due = append(s.due, q)
	if s.running < s.options.Workers {
		s.running++
		go s.work()
	}
}

// work runs batches until no queue is due.
func (s *scheduler) work() {
	for {
		s.mu.Lock()
		if len(s.due) == 0 {
			s.running--
			s.mu.Unlock()
			return
		}
		q := s.due[0]
		s.due = slices.Delete(s.due, 0, 1)
		q.isDue = false
		batch := q.batch()
		q.consider()
		s.mu.Unlock()
		q.compute(batch)
	}
}

// batch takes the first job and those that can go with it.
func (q *queue) batch() []*job {
	if len(q.jobs) == 0 { // all were withdrawn
		return nil
	}
	first := q.jobs[0]
	batch, rows, rest := []*job{first}, first.rows, q.jobs[:0]
	for _, j := range q.jobs[1:] {
		if q.together && rows+j.rows <= q.scheduler.options.MaxBatch && sameRows(first.in, j.in) {
			batch, rows = append(batch, j), rows+j.rows
			continue
		}
		rest = append(rest, j)
	}
	clear(q.jobs[len(rest):])
	q.jobs, q.rows = rest, q.rows-rows
	return batch
}

// sameRows reports whether rows of two requests have the same shapes.
func sameRows(a, b []*runtime.Tensor) bool {
	for i := range a {
		if !a[i].Shape()[1:].Equal(b[i].Shape()[1:]) {
			return false
		}
	}
	return true
}

// compute answers a batch, but for jobs that nobody waits for.
func (q *queue) compute(batch []*job) {
	batch = slices.DeleteFunc(batch, func(j *job) bool {
		if j.err = j.ctx.Err(); j.err != nil {
			close(j.done)
		}
		return j.err != nil
	})
	if len(batch) > 1 {
		err := q.computeTogether(batch)
		if err == nil {
			return
		}
		// What failed may be one request's alone.
	}
	for _, j := range batch {
		j.began = time.Now()
		j.out, j.err = q.call(j.ctx, j.in, j.rows)
		j.compute = time.Since(j.began)
		close(j.done)
	}
}

// computeTogether answers several jobs by one call.
func (q *queue) computeTogether(batch []*job) error {
	// It serves many, so it ends when the last of them has no more time.
	ctx, cancel := context.WithTimeout(context.Background(), q.scheduler.options.Timeout)
	defer cancel()
	in := make([]*runtime.Tensor, len(batch[0].in))
	rows := 0
	for i := range in {
		t, err := joined(batch, i)
		if err != nil {
			return err
		}
		in[i], rows = t, t.Shape()[0]
	}
	began := time.Now()
	out, err := q.call(ctx, in, rows)
	if err != nil {
		return err
	}
	compute := time.Since(began)
	lo := 0
	for _, j := range batch {
		j.began, j.compute = began, compute
		j.out = make([]*runtime.Tensor, len(out))
		for i, t := range out {
			j.out[i] = t.Rows(lo, lo+j.rows)
		}
		lo += j.rows
		close(j.done)
	}
	return nil
}

// call runs the program once there is the memory that it takes.
func (q *queue) call(ctx context.Context, in []*runtime.Tensor, rows int) (out []*runtime.Tensor, err error) {
	defer func() { // a fault must cost its request alone
		if p := recover(); p != nil {
			err = fail(Internal, "a fault of the server: %v", p)
			q.scheduler.options.Log.Error("panic", "what", p, "stack", string(debug.Stack()))
		}
	}()
	shapes := make([]runtime.Shape, len(in))
	for i, t := range in {
		shapes[i] = t.Shape()
	}
	cost, err := q.program.Cost(ctx, shapes...)
	if err != nil {
		return nil, err
	}
	s := q.scheduler
	if cost.Bytes > s.memory.most {
		return nil, fail(TooLarge, "request: wanted at most %d bytes of memory for a call, received one that takes %d", s.memory.most, cost.Bytes)
	}
	if err := s.memory.take(ctx, cost.Bytes); err != nil {
		return nil, err
	}
	defer s.memory.give(cost.Bytes)
	began := time.Now()
	if out, err = q.program.RunAll(ctx, in); err == nil {
		q.called(rows, time.Since(began))
	}
	return out, err
}

// joined puts the rows of a batch's input i one after the other.
func joined(batch []*job, i int) (*runtime.Tensor, error) {
	shape := slices.Clone(batch[0].in[i].Shape())
	shape[0] = 0
	for _, j := range batch {
		shape[0] += j.rows
	}
	t, err := runtime.NewTensor(batch[0].in[i].DType(), shape...)
	if err != nil {
		return nil, err
	}
	lo := 0
	for _, j := range batch {
		copy(t.Rows(lo, lo+j.rows).Bytes(), j.in[i].Bytes())
		copy(t.Rows(lo, lo+j.rows).Strings(), j.in[i].Strings())
		lo += j.rows
	}
	return t, nil
}
