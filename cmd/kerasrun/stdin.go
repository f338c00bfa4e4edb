package main

import (
	"context"
	"io"
)

// interruptible returns r with reads that end when ctx does. A read that blocks
// goes on behind; the process is about to end.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, r: r}
}

type interruptibleReader struct {
	ctx     context.Context
	r       io.Reader
	results chan readResult
	buf     []byte // what the reading goroutine fills
	rest    []byte // of it, not yet handed out
	err     error
}

type readResult struct {
	n   int
	err error
}

func (r *interruptibleReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if r.results == nil {
			r.results, r.buf = make(chan readResult, 1), make([]byte, 64<<10)
		}
		go func() {
			n, err := r.r.Read(r.buf)
			r.results <- readResult{n, err}
		}()
		select {
		case got := <-r.results:
			r.rest, r.err = r.buf[:got.n], got.err
		case <-r.ctx.Done():
			r.err = r.ctx.Err()
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if n == 0 && len(p) > 0 && r.err != nil {
		return 0, r.err
	}
	return n, nil
}
