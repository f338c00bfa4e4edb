package keras

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkConcurrent shows what Threads means for a service: programs whose calls
// have one goroutine, or one for each core, called by one caller and by eight for
// each core; and what it means to let only as many of these run at a time as there
// are cores (admitted). It reports rows a second of all callers, and the time that
// one call in a hundred exceeds, waiting to be admitted included.
//
//	go test ./keras -run '^$' -bench Concurrent
func BenchmarkConcurrent(b *testing.B) {
	cores := runtime.GOMAXPROCS(0)
	for _, w := range []struct {
		name  string
		model func(testing.TB) *Model
		rows  int
	}{{"seed", loadSeed, 4096}, {"convnet", architecture(convnetConfig), 16}} {
		for _, callers := range []int{1, 8 * cores} {
			for _, threads := range []int{1, cores} {
				for _, admitted := range []int{callers, cores} {
					b.Run(fmt.Sprintf("%s/callers=%d/threads=%d/admitted=%d", w.name, callers, threads, min(admitted, callers)), func(b *testing.B) {
						p, err := w.model(b).Compile(Threads(threads))
						require.NoError(b, err)
						concurrently(b, p, callers, admitted, w.rows)
					})
					if callers == 1 {
						break
					}
				}
			}
		}
	}
}

// concurrently makes b.N calls on so many rows by so many callers, as many of them
// at a time as are admitted.
func concurrently(b *testing.B, p *Program, callers, admitted, rows int) {
	gate := make(chan struct{}, admitted)
	x := normal(rows * p.in)
	times := make([][]time.Duration, callers)
	b.ReportAllocs()
	b.ResetTimer()
	var done sync.WaitGroup
	for c := range callers {
		done.Go(func() {
			y := make([]float32, rows*p.out)
			for i := c; i < b.N; i += callers {
				began := time.Now()
				gate <- struct{}{}
				err := p.PredictInto(y, x)
				<-gate
				if err != nil {
					b.Error(err)
				}
				times[c] = append(times[c], time.Since(began))
			}
		})
	}
	done.Wait()
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
	all := slices.Concat(times...)
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-us")
}
