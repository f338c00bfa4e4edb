package main

import (
	"fmt"
	"time"

	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

// What a hostile file may take under the limits for servers.
const (
	mostCPU    = 2 * time.Second
	mostMemory = 300 << 20
)

// generate tries n hostile files.
func (c *campaign) generate(n int) error {
	boundMemory()
	c.ends, c.kinds = map[string]int{}, map[string]int{}
	start := time.Now()
	w := newWatch(c.keep)
	for k := range n {
		kind, data := hostile(c.seed, k)
		name := fmt.Sprintf("hostile-%d-%d", c.seed, k)
		w.begin(name, data)
		before := cpu()
		try := func() trial.Report { return trial.Any(data, keras.ServerLimits()) }
		if isRows(kind) {
			try = func() trial.Report { return tryRows(data) }
		}
		r := try()
		r.Load = cpu() - before
		if r.Memory > mostMemory { // handed out in all: look at what is held at once
			if n, ok := held(func() { try() }); ok {
				r.Memory = n
			}
		}
		w.end()
		what, end := "", fmt.Sprintf("%s, %.200v", r.Stage, r.Err)
		switch {
		case r.Panic != "" || r.Err != nil && trial.Kind(r.Err) == "" && !isRows(kind):
			what = r.Violation(int64(len(data)))
		case r.Load > mostCPU:
			what = fmt.Sprintf("took %v of CPU (%s)", r.Load, end)
		case r.Memory > mostMemory:
			what = fmt.Sprintf("took %d MB of memory for %d bytes (%s)", r.Memory>>20, len(data), end)
		}
		if err := c.judge(name, kind, data, r, what); err != nil {
			return err
		}
	}
	c.report(n, time.Since(start))
	if c.violations > 0 {
		return fmt.Errorf("%d hostile files broke a rule; they are in %s", c.violations, c.keep)
	}
	return nil
}
