package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// load asks a server and judges what it says.
type load struct {
	client   *client
	requests [][]float32
	wanted   [2][][]float32 // the answers of either model

	right, busy, left, refused atomic.Int64 // what may be: left are the client's cancellations, refused the nonsense
	wrong                      atomic.Int64

	mu   sync.Mutex
	said map[string]int // what was wrong
}

// one makes a request of either kind: for every tenth, the client leaves.
func (l *load) one(ctx context.Context, leaves bool) {
	i, call := rand.IntN(len(l.requests)), rand.IntN(len(l.client.calls))
	wait := 20 * time.Second
	if leaves {
		wait = time.Duration(rand.IntN(3000)) * time.Microsecond
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	y, err := l.client.calls[call](ctx, l.requests[i])
	switch {
	case err == nil && (slices.Equal(y, l.wanted[0][i]) || slices.Equal(y, l.wanted[1][i])):
		l.right.Add(1)
	case errors.Is(err, errBusy):
		l.busy.Add(1)
	case leaves && (ctx.Err() != nil || status.Code(err) == codes.DeadlineExceeded): // the server may be the first to see it
		l.left.Add(1)
	case err != nil:
		l.complain(fmt.Sprintf("call %d: %v", call, err))
	default:
		l.complain(fmt.Sprintf("call %d: neither model's answer", call))
	}
}

func (l *load) complain(what string) {
	l.wrong.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.said == nil {
		l.said = map[string]int{}
	}
	if len(l.said) < 20 || l.said[what] > 0 {
		l.said[what]++
	}
}

// closed has so many clients ask one request after the other, and returns the right
// answers a second.
func (l *load) closed(clients int, d time.Duration) float64 {
	before, began := l.right.Load(), time.Now()
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for time.Since(began) < d {
				l.one(context.Background(), false)
			}
		})
	}
	all.Wait()
	return float64(l.right.Load()-before) / time.Since(began).Seconds()
}

// open begins so many requests a second, whether or not others have ended, and returns
// the right answers a second. Of a hundred, some are nonsense, and some clients leave.
func (l *load) open(ctx context.Context, rate float64, d time.Duration, nonsense, leaves int) float64 {
	before, began := l.right.Load(), time.Now()
	var all sync.WaitGroup
	places := make(chan struct{}, 512) // what one machine can have open beside the server
	for i := 0; ctx.Err() == nil && time.Since(began) < d; i++ {
		time.Sleep(time.Until(began.Add(time.Duration(float64(i) / rate * 1e9))))
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if n := rand.IntN(100); n < nonsense {
				l.nonsense()
			} else {
				l.one(context.Background(), n < nonsense+leaves)
			}
		})
	}
	took := time.Since(began).Seconds()
	all.Wait()
	return float64(l.right.Load()-before) / took
}
