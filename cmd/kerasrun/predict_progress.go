package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// rowsBar shows on a terminal how rows go: how many, how fast, and how long it
// takes where the size of what is read says so.
type rowsBar struct {
	p     *progress
	files *readFiles
	begun time.Time
	rows  int64
}

// newRowsBar draws nothing while answers go to the same terminal.
func newRowsBar(w io.Writer, files *readFiles) *rowsBar {
	return &rowsBar{p: newProgress(w), files: files, begun: time.Now()}
}

func (b *rowsBar) add(rows int) {
	b.rows += int64(rows)
	if width := b.p.due(); width > 0 {
		b.p.draw(b.line(time.Since(b.begun)), width)
	}
}

func (b *rowsBar) line(spent time.Duration) string {
	line := fmt.Sprintf("%s rows  %s rows/s", thousands(b.rows), thousands(int64(float64(b.rows)/spent.Seconds())))
	const bar, least = 30, 0.01
	part := b.files.part()
	if part < least {
		return line
	}
	done := int(part * bar)
	left := time.Duration(float64(spent) * (1 - part) / part)
	return fmt.Sprintf("[%s%s] %s  %s left", strings.Repeat("=", done), strings.Repeat(" ", bar-done), line, duration(left))
}

func (b *rowsBar) end() { b.p.end() }

// readFiles knows how much of the files of a run has been read. Its methods do
// nothing on nil.
type readFiles struct {
	mu            sync.Mutex
	total, before int64
	now           *os.File
}

// opened says that a file is read from here on, until the next.
func (r *readFiles) opened(f *os.File) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = f
}

// closed says that a file of so many bytes is over.
func (r *readFiles) closed(size int64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now, r.before = nil, r.before+size
}

// part is what has been read, 0 to 1, and 0 where that is not known: of pipes, and
// of formats that are not read from their beginning on.
func (r *readFiles) part() float64 {
	if r == nil || r.total == 0 {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.before
	if r.now != nil {
		if here, err := r.now.Seek(0, io.SeekCurrent); err == nil {
			at += here
		}
	}
	return min(1, float64(at)/float64(r.total))
}
