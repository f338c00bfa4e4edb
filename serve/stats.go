package serve

import (
	"sync"
	"time"
)

// stats counts what one version of a model has answered.
type stats struct {
	mu sync.Mutex
	statistics
}

// statistics are counts since the version was loaded, as /v2 reports them.
type statistics struct {
	last             time.Time // request
	rows, executions int64
	success, failure counter
	queue, compute   counter // of requests that succeeded
	batches          map[int]counter
}

// counter is how often, and how long in all.
type counter struct {
	count int64
	time  time.Duration
}

func (c *counter) add(d time.Duration) { c.count, c.time = c.count+1, c.time+d }

// called counts a call of the program.
func (s *stats) called(rows int, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows, s.executions = s.rows+int64(rows), s.executions+1
	if s.batches == nil {
		s.batches = map[int]counter{}
	}
	b := s.batches[rows]
	b.add(d)
	s.batches[rows] = b
}

// answered counts a request; j is nil unless it succeeded.
func (s *stats) answered(j *job, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = time.Now()
	if j == nil {
		s.failure.add(d)
		return
	}
	s.success.add(d)
	s.queue.add(j.began.Sub(j.queued))
	s.compute.add(j.compute)
}

// read returns a copy.
func (s *stats) read() statistics {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.statistics
	c.batches = make(map[int]counter, len(s.batches))
	for n, b := range s.batches {
		c.batches[n] = b
	}
	return c
}
