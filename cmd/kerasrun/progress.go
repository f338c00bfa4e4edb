package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/train"
)

// progress shows how training goes: a line for each epoch, and on a terminal a
// bar for the epoch at hand.
type progress struct {
	w        io.Writer
	terminal bool
	drawn    time.Time // when the bar was drawn last
	bar      bool      // there is one on the line
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && isTerminal(f)}
}

// isTerminal takes every character device but the null device for one.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// step draws the bar, some ten times a second.
func (p *progress) step(now train.Progress) {
	const every = 100 * time.Millisecond
	if !p.terminal || now.Step == now.Steps || time.Since(p.drawn) < every {
		return
	}
	p.drawn, p.bar = time.Now(), true
	const width = 30
	done := now.Step * width / now.Steps
	fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %s", epochOf(now), strings.Repeat("=", done), strings.Repeat(" ", width-done), tail(now))
}

// epoch prints the line of an epoch that is over.
func (p *progress) epoch(now train.Progress) {
	p.end()
	fmt.Fprintf(p.w, "%s  %s\n", epochOf(now), tail(now))
}

// end clears the bar.
func (p *progress) end() {
	if p.bar {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.bar = false
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
