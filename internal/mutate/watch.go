package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// patience is how long a mutant may take before it counts as one that hangs.
const patience = 20 * time.Second

// watch keeps the mutant at hand in a file, so that it is there when the process
// dies, and ends the process when it hangs.
type watch struct {
	mu     sync.Mutex
	folder string
	name   string
	data   []byte
	since  time.Time // zero between mutants
}

func newWatch(folder string) *watch {
	w := &watch{folder: folder}
	go func() {
		for range time.Tick(time.Second) {
			w.check()
		}
	}()
	return w
}

func (w *watch) begin(name string, data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.name, w.data, w.since = name, data, time.Now()
	// Best effort: without it a crash of the process costs a run to find again.
	_ = os.WriteFile(last, data, 0o666)
}

// last holds the mutant being tried.
var last = filepath.Join(os.TempDir(), fmt.Sprintf("mutant-%d", os.Getpid()))

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = time.Time{}
	_ = os.Remove(last)
}

func (w *watch) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since.IsZero() || time.Since(w.since) < patience {
		return
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	_ = os.MkdirAll(w.folder, 0o777)
	path := filepath.Join(w.folder, w.name)
	err := os.WriteFile(path, w.data, 0o666)
	fmt.Fprintf(os.Stderr, "mutate: %s hangs; kept as %s (%v)\n%s", w.name, path, err, stacks)
	os.Exit(1)
}
