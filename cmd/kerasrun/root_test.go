package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// failing is a standard output that cannot be written to.
type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, args := range [][]string{
		{"predict", seed + "seed_k2.h5", seed + "rows.csv"}, {"inspect", seed + "seed_k2.h5"}, {"inspect", "--json", seed + "seed_k2.h5"},
		{"verify", seed}, {"verify", "--json", seed}, {"bench", seed + "seed_k2.h5", "--seconds", "0"}, {"version"}, {"predict", "--help"},
	} {
		var errs bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), failing{errors.New("no space left on device")}, &errs)
		assert.Equal(t, exitFailed, code, args)
		assert.Contains(t, errs.String(), "no space left", args)

		errs.Reset()
		code = run(context.Background(), args, strings.NewReader(""), failing{readerGone}, &errs)
		assert.Equal(t, exitFailed, code, args)
		assert.Empty(t, errs.String(), "a reader that has gone is no news: %v", args)
	}
}

func TestInterruptEndsAWaitForInput(t *testing.T) {
	r, w := io.Pipe() // nobody ever writes
	defer func() { _ = w.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(10*time.Millisecond, cancel)
	var errs bytes.Buffer
	code := run(ctx, []string{"predict", seed + "seed_k2.h5"}, r, io.Discard, &errs)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, errs.String(), "interrupted")
}

func TestEveryVerbHasHelpWithExamples(t *testing.T) {
	for _, verb := range []string{"predict", "inspect", "verify", "rewrite", "finetune", "evaluate", "heads", "convert", "bench", "version"} {
		r := kerasrun(t, "", verb, "--help")
		assert.Zero(t, r.code)
		assert.Contains(t, r.stdout, "Examples:\n  kerasrun "+verb)
		for line := range strings.Lines(r.stdout) {
			assert.LessOrEqual(t, len([]rune(line)), 140, "%s: %s", verb, line)
		}
	}
	assert.Zero(t, kerasrun(t, "", "--help").code)
}
