package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kerasrun/kerasrun/train"
)

// progress shows how training goes: a line for each epoch, and on a terminal a
// bar for the epoch at hand. It has no colors and no escape sequences, so that
// NO_COLOR and plain terminals need no other form.
type progress struct {
	w     io.Writer
	width func() int // columns of the terminal, 0 without one; it may change
	drawn time.Time  // when the bar was drawn last
	bar   int        // columns that it takes on the line at hand
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	if !ok {
		return &progress{w: w, width: func() int { return 0 }}
	}
	return &progress{w: w, width: func() int { return columnsOf(f) }}
}

// step draws the bar, some ten times a second.
func (p *progress) step(now train.Progress) {
	if now.Step == now.Steps {
		return
	}
	if width := p.due(); width > 0 {
		p.draw(barLine(now, width-1), width)
	}
}

// due returns the columns of the terminal when the bar is to be drawn anew, else 0.
func (p *progress) due() int {
	const every = 100 * time.Millisecond
	if time.Since(p.drawn) < every {
		return 0
	}
	p.drawn = time.Now()
	return max(0, p.width())
}

// draw replaces the bar. A full line would go on to the next.
func (p *progress) draw(line string, width int) {
	if r := []rune(line); len(r) > width-1 {
		line = string(r[:max(0, width-1)])
	}
	fmt.Fprintf(p.w, "\r%s%s", line, strings.Repeat(" ", max(0, min(p.bar, width-1)-utf8.RuneCountInString(line))))
	p.bar = utf8.RuneCountInString(line)
}

// barLine fits the bar into a width: first it gets shorter, then what stands
// behind it is cut.
func barLine(now train.Progress, width int) string {
	const longest, shortest = 30, 5
	head, numbers := epochOf(now), tail(now)
	bar := min(longest, max(shortest, width-utf8.RuneCountInString(head+" [] "+numbers)))
	done := now.Step * bar / now.Steps
	line := []rune(fmt.Sprintf("%s [%s%s] %s", head, strings.Repeat("=", done), strings.Repeat(" ", bar-done), numbers))
	if len(line) > width {
		line = append(line[:max(0, width-1)], '…')
	}
	return string(line[:min(len(line), max(0, width))])
}

// epoch prints the line of an epoch that is over.
func (p *progress) epoch(now train.Progress) {
	p.end()
	fmt.Fprintf(p.w, "%s  %s\n", epochOf(now), tail(now))
}

// runs draws how many of many runs are done; only on a terminal.
func (p *progress) runs(done, of int) {
	if width := p.width(); width > 0 {
		p.draw(fmt.Sprintf("run %d/%d", done, of), width)
	}
}

// end clears the bar.
func (p *progress) end() {
	if p.bar > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.bar))
		p.bar = 0
	}
}

func epochOf(now train.Progress) string {
	total := fmt.Sprint(now.Epochs)
	return fmt.Sprintf("epoch %*d/%s", len(total), now.Epoch, total)
}

func tail(now train.Progress) string {
	var b strings.Builder
	for _, l := range now.Logs {
		fmt.Fprintf(&b, "%s %.6g  ", l.Name, l.Value)
	}
	fmt.Fprintf(&b, "%s rows/s", thousands(int64(now.RowsPerSecond)))
	if now.Epoch < now.Epochs || now.Step < now.Steps {
		fmt.Fprintf(&b, "  %s left", duration(now.Left))
	}
	return b.String()
}

// duration is short: 45s, 3m05s, 2h07m.
func duration(d time.Duration) string {
	switch s := int(d.Seconds() + 0.5); {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
}
