package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/kerasrun/kerasrun/keras"
)

const (
	batchRows = 64                     // at most, of one call
	batchWait = 500 * time.Microsecond // for more rows, once there is one
	queueRows = 4096                   // waiting; more are turned away
	idleTime  = time.Minute            // without rows, after which memory is given back
)

var (
	errBusy = errors.New("too many requests are waiting")
	errRow  = errors.New("bad row")
)

// batcher computes rows of many callers together. As many batches run at a time
// as there are cores: more would only slow each other down. A row's answer does
// not depend on the batch that it comes to be in.
type batcher struct {
	program *keras.Program
	in, out int // numbers of a row
	queue   chan *row
}

// row is one row of one caller.
type row struct {
	ctx    context.Context
	x, y   []float32
	answer chan error // has room for it, so nobody waits for a caller that left
}

func newBatcher(p *keras.Program) *batcher {
	b := &batcher{program: p, in: p.Inputs()[0].Shape[1], out: p.Outputs()[0].Shape[1], queue: make(chan *row, queueRows)}
	for range runtime.GOMAXPROCS(0) {
		go b.work()
	}
	return b
}

// predict answers rows, or returns the context's error when that is done first.
func (b *batcher) predict(ctx context.Context, rows [][]float32) ([][]float32, error) {
	for i, x := range rows {
		if len(x) != b.in {
			return nil, fmt.Errorf("%w: row %d must have %d numbers, received %d", errRow, i, b.in, len(x))
		}
	}
	answers, answered := make([][]float32, len(rows)), make(chan error, len(rows))
	for i, x := range rows {
		answers[i] = make([]float32, b.out)
		select {
		case b.queue <- &row{ctx, x, answers[i], answered}:
		default:
			return nil, errBusy
		}
	}
	for range rows {
		select {
		case err := <-answered:
			if err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return answers, nil
}

// work computes batch after batch.
func (b *batcher) work() {
	x, y := make([]float32, batchRows*b.in), make([]float32, batchRows*b.out)
	idle := time.NewTimer(idleTime)
	for {
		select {
		case first := <-b.queue:
			b.compute(b.collect(first), x, y)
			idle.Reset(idleTime)
		case <-idle.C:
			b.program.Trim()
		}
	}
}

// collect waits a little for rows that can go with the first.
func (b *batcher) collect(first *row) []*row {
	batch := []*row{first}
	wait := time.NewTimer(batchWait)
	defer wait.Stop()
	for len(batch) < batchRows {
		select {
		case r := <-b.queue:
			batch = append(batch, r)
		case <-wait.C:
			return batch
		}
	}
	return batch
}

// compute answers a batch, but for the rows whose callers have left.
func (b *batcher) compute(batch []*row, x, y []float32) {
	n := 0
	for _, r := range batch {
		if err := r.ctx.Err(); err != nil {
			r.answer <- err
			continue
		}
		batch[n] = r
		copy(x[n*b.in:], r.x)
		n++
	}
	// A batch serves many callers, so it has a deadline of its own.
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	err := b.program.PredictIntoContext(ctx, y[:n*b.out], x[:n*b.in])
	for i, r := range batch[:n] {
		copy(r.y, y[i*b.out:][:b.out])
		r.answer <- err
	}
}
