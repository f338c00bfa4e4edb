package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/train"
)

// screen draws what a terminal of some width shows of a text with returns.
func screen(text string, width int) []string {
	lines, at := [][]rune{nil}, 0
	for _, r := range text {
		last := len(lines) - 1
		switch {
		case r == '\n':
			lines, at = append(lines, nil), 0
		case r == '\r':
			at = 0
		default:
			if at == width {
				lines, at = append(lines, nil), 0
				last++
			}
			for len(lines[last]) <= at {
				lines[last] = append(lines[last], ' ')
			}
			lines[last][at] = r
			at++
		}
	}
	var out []string
	for _, l := range lines {
		out = append(out, strings.TrimRight(string(l), " "))
	}
	return out
}

func TestTheBarIsOneLine(t *testing.T) {
	long := train.Progress{Epoch: 9, Epochs: 1000, Step: 50, Steps: 100, RowsPerSecond: 1234567, Left: 3 * time.Hour,
		Logs: []train.Log{{Name: "loss", Value: 0.123456}, {Name: "mean_absolute_error", Value: 12.3456}, {Name: "val_loss", Value: 1e-9}}}
	short := train.Progress{Epoch: 9, Epochs: 1000, Step: 60, Steps: 100, Logs: long.Logs[:1]}
	for _, width := range []int{1, 2, 10, 40, 80, 200} {
		var b bytes.Buffer
		p := &progress{w: &b, width: func() int { return width }}
		for _, now := range []train.Progress{long, short} {
			p.drawn = time.Time{}
			p.step(now)
			lines := screen(b.String(), width)
			assert.Len(t, lines, 1, "%d columns", width)
			if width >= 40 {
				assert.True(t, strings.HasPrefix(lines[0], "epoch    9/1000 [=="), lines[0])
			}
		}
		assert.NotContains(t, screen(b.String(), width)[0], "mean", "the longer line is gone")
		p.end()
		assert.Equal(t, []string{""}, screen(b.String(), width), "nothing is left of the bar")
		assert.NotContains(t, b.String(), "\x1b", "no colors, no escape sequences")
	}
	var b bytes.Buffer
	p := &progress{w: &b, width: func() int { return 0 }}
	p.step(long)
	p.end()
	assert.Empty(t, b.String(), "no terminal, no bar")
}
