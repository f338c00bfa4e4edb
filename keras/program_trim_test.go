package keras

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTrim: after a burst of calls at a time, Trim gives nearly all of their
// working memory back, and the program goes on with the same answers.
func TestTrim(t *testing.T) {
	p, err := architecture(convnetConfig)(t).Compile(Threads(1))
	require.NoError(t, err)
	const rows, calls = 64, 16
	x := normal(rows * p.in)
	want, err := p.Predict(x)
	require.NoError(t, err)
	_, scratch := p.Memory()
	idle := heap()
	start := make(chan struct{})
	var ready, done sync.WaitGroup
	for range calls {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			ready.Done()
			<-start
			for range 4 {
				_, _ = p.Predict(x)
			}
		}()
	}
	ready.Wait()
	close(start)
	done.Wait()
	burst := heap()
	p.Trim()
	trimmed := heap()
	t.Logf("one call takes %d KB; before %d KB, after the burst %d KB, trimmed %d KB", scratch>>10, idle>>10, burst>>10, trimmed>>10)
	assert.Greater(t, burst-trimmed, uint64(scratch))
	got, err := p.Predict(x)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

// TestTrimDuringCalls: no call is disturbed.
func TestTrimDuringCalls(t *testing.T) {
	p, err := loadSeed(t).Compile(Threads(2))
	require.NoError(t, err)
	x := normal(1500 * p.in)
	want, err := p.Predict(x)
	require.NoError(t, err)
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			for n := range 20 {
				rows := 100 + 70*n
				got, err := p.Predict(x[:rows*p.in])
				assert.NoError(t, err)
				assert.Equal(t, want[:rows*p.out], got)
			}
		})
	}
	stop := make(chan struct{})
	go func() { callers.Wait(); close(stop) }()
	for {
		select {
		case <-stop:
			return
		default:
			p.Trim()
		}
	}
}

// heap returns the bytes of the heap that are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
