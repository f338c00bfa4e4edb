package serve

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// TestBatchesChangeNothing: whatever requests come together, each gets the bits of
// being alone, and several did go together.
func TestBatchesChangeNothing(t *testing.T) {
	for _, o := range []Options{{}, {Workers: 1}, {Workers: 1, MaxWait: 2 * time.Millisecond}, {MaxBatch: 1}, {MaxBatch: 7}} {
		m := served(t, o, map[string]string{"seed": seedFile, "two": twoFile})
		v, err := m.Find(Ref{Model: "seed"})
		require.NoError(t, err)
		p := program(t, seedFile)
		in, out := p.Inputs()[0].Name, p.Outputs()[0].Name
		var all sync.WaitGroup
		for k := range 200 {
			all.Go(func() {
				x := rows(t, 1+k%5, 52, 1+float32(k))
				want, err := p.Predict(x.Float32s())
				assert.NoError(t, err)
				got, err := m.Run(t.Context(), v, runtime.Feed{in: x})
				if assert.NoError(t, err) {
					assert.Equal(t, want, got[out].Float32s())
				}
			})
		}
		all.Wait()
		s := v.stats.read()
		assert.EqualValues(t, 200, s.success.count)
		assert.EqualValues(t, 600, s.rows)
		if o.MaxWait > 0 {
			assert.Less(t, s.executions, int64(200))
		}
		if o.MaxBatch == 1 {
			assert.EqualValues(t, 200, s.executions)
		}
	}
}

// TestQueue: a full queue turns away at once, who leaves is taken out, and who is
// late is told.
func TestQueue(t *testing.T) {
	m := served(t, Options{MaxQueue: 2, Workers: 1, Timeout: time.Minute}, map[string]string{"seed": seedFile})
	v, err := m.Find(Ref{Model: "seed"})
	require.NoError(t, err)
	name := v.Inputs[0].Name
	require.NoError(t, m.scheduler.memory.take(t.Context(), m.options.Memory)) // nothing can run
	run := func(ctx context.Context) chan error {
		done := make(chan error, 1)
		go func() {
			_, err := m.Run(ctx, v, runtime.Feed{name: rows(t, 1, 52, 1)})
			done <- err
		}()
		return done
	}
	waiting := func() int {
		m.scheduler.mu.Lock()
		defer m.scheduler.mu.Unlock()
		return len(v.queue.jobs)
	}
	first := run(t.Context()) // is with the worker, waiting for memory
	require.Eventually(t, func() bool {
		m.scheduler.mu.Lock()
		defer m.scheduler.mu.Unlock()
		return m.scheduler.running == 1 && len(v.queue.jobs) == 0
	}, time.Second, time.Millisecond)
	leaving, leave := context.WithCancel(t.Context())
	second := run(leaving)
	late, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	third := run(late)
	require.Eventually(t, func() bool { return waiting() == 2 || len(third) == 1 }, time.Second, time.Millisecond)
	leave()
	code := func(err error) Code {
		var e *Error
		require.ErrorAs(t, err, &e)
		return e.Code
	}
	assert.Equal(t, Canceled, code(<-second))
	assert.Equal(t, TimedOut, code(<-third))
	assert.Zero(t, waiting())

	fourth, fifth := run(t.Context()), run(t.Context())
	require.Eventually(t, func() bool { return waiting() == 2 }, time.Second, time.Millisecond)
	assert.Equal(t, Busy, code(<-run(t.Context())))
	for _, path := range []string{"/v1/models/seed:predict", "/v2/models/seed/infer"} {
		status, text := ask(t, NewHandler(m), "POST", path, "{") // which is not read
		assert.Equal(t, 503, status, text)
	}
	m.scheduler.memory.give(m.options.Memory)
	assert.NoError(t, <-first)
	assert.NoError(t, <-fourth)
	assert.NoError(t, <-fifth)
}

// TestMemory: a request that could never be read is too large, one that could
// later is turned away for now, and so is a call that takes more than there is.
func TestMemory(t *testing.T) {
	m := served(t, Options{Memory: 1 << 16}, map[string]string{"seed": seedFile})
	h := NewHandler(m)
	large := `{"instances":"` + strings.Repeat("x", 1<<15) + `"}`
	status, text := ask(t, h, "POST", "/v1/models/seed:predict", large)
	assert.Equal(t, 413, status, text)
	row := `{"instances":` + string(appendNested(nil, rows(t, 1, 52, 1), numberV2)) + `}`
	require.True(t, m.requests.try(m.options.Memory))
	status, text = ask(t, h, "POST", "/v1/models/seed:predict", row)
	assert.Equal(t, 503, status, text)
	m.requests.give(m.options.Memory)
	status, text = ask(t, h, "POST", "/v1/models/seed:predict", row)
	assert.Equal(t, 200, status, text)

	v, err := m.Find(Ref{Model: "seed"})
	require.NoError(t, err)
	_, err = m.Run(t.Context(), v, runtime.Feed{v.Inputs[0].Name: rows(t, 4096, 52, 1)})
	require.Error(t, err)
	assert.Contains(t, []Code{Invalid, TooLarge}, errorOf(err).Code)
	assert.Zero(t, m.scheduler.memory.used)
}
