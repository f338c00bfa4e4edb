package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/internal/trial"
)

func main() {
	var c campaign
	generate := flag.Int("generate", 0, "make so many hostile files from nothing instead")
	share := flag.Float64("share", 1, "share of the mutants to make")
	flag.Uint64Var(&c.seed, "seed", 1, "seed of the mutants")
	flag.IntVar(&c.files, "files", 100, "files to take")
	flag.IntVar(&c.mutants, "mutants", 200, "mutants of each file")
	flag.StringVar(&c.keep, "keep", "mutants", "folder for files that break a rule")
	flag.Parse()
	c.mutants = max(1, int(float64(c.mutants)**share))
	if *generate > 0 {
		if err := c.generate(max(1, int(float64(*generate)**share))); err != nil {
			fmt.Fprintln(os.Stderr, "mutate:", err)
			os.Exit(1)
		}
		return
	}
	paths := flag.Args()
	if len(paths) == 0 {
		paths = []string{"testdata/models"}
	}
	if err := c.run(paths); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// campaign is one run.
type campaign struct {
	seed           uint64
	files, mutants int
	keep           string

	tried      int
	ends       map[string]int // by stage and kind of error
	kinds      map[string]int
	slowest    time.Duration
	largest    int64 // memory beyond the file's size
	violations int
}

func (c *campaign) run(paths []string) error {
	boundMemory()
	c.ends, c.kinds = map[string]int{}, map[string]int{}
	seeds, err := c.pick(paths)
	if err != nil {
		return err
	}
	start := time.Now()
	w := newWatch(c.keep)
	for _, path := range seeds {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for k := range c.mutants {
			kind, m := mutant(c.seed, filepath.Base(path), data, k)
			name := fmt.Sprintf("%s-%d-%d%s", strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), c.seed, k, filepath.Ext(path))
			w.begin(name, m)
			r := trial.Any(m, trial.Limits())
			for again := 0; again < 2 && r.Panic == "" && r.Violation(int64(len(m))) != ""; again++ {
				r = trial.Any(m, trial.Limits()) // a busy machine is not the file's fault
			}
			w.end()
			if err := c.judge(name, kind, m, r, r.Violation(int64(len(m)))); err != nil {
				return err
			}
		}
	}
	c.report(len(seeds), time.Since(start))
	if c.violations > 0 {
		return fmt.Errorf("%d mutants broke a rule; they are in %s", c.violations, c.keep)
	}
	return nil
}

// pick takes files spread evenly over those that load and run.
func (c *campaign) pick(paths []string) ([]string, error) {
	all, err := fixture.Find(paths...)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(path string) bool { // a folder is not one file to damage
		info, err := os.Stat(path)
		return err != nil || info.IsDir()
	})
	var out []string
	n := min(c.files, len(all))
	for i := range n {
		// The next file that runs, from the i-th of n equal stretches on.
		for k := i * len(all) / n; k < (i+1)*len(all)/n; k++ {
			data, err := os.ReadFile(all[k])
			if err != nil {
				return nil, err
			}
			if trial.File(data).Stage == "done" {
				out = append(out, all[k])
				break
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no model that runs in %s", strings.Join(paths, ", "))
	}
	return out, nil
}

// judge counts a trial, and keeps the file where something is wrong with it.
func (c *campaign) judge(name, kind string, m []byte, r trial.Report, what string) error {
	c.tried++
	c.kinds[kind]++
	end := r.Stage
	if r.Err != nil {
		end += ": " + trial.Kind(r.Err)
	}
	c.ends[end]++
	c.slowest = max(c.slowest, r.Load)
	c.largest = max(c.largest, r.Memory-int64(len(m)))
	if what == "" {
		return nil
	}
	c.violations++
	fmt.Printf("%s (%s): %s\n", name, kind, what[:min(len(what), 4000)])
	if err := os.MkdirAll(c.keep, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.keep, name), m, 0o666)
}

func (c *campaign) report(files int, took time.Duration) {
	fmt.Printf("%d mutants of %d files in %.1f s; slowest load %v, most memory beyond the file %.1f MiB\n",
		c.tried, files, took.Seconds(), c.slowest.Round(time.Millisecond), float64(c.largest)/(1<<20))
	list("ended in", c.ends)
	list("damaged by", c.kinds)
	fmt.Printf("%d broke a rule\n", c.violations)
}

func list(title string, counts map[string]int) {
	var names []string
	for n := range counts {
		names = append(names, n)
	}
	sort.Strings(names)
	fmt.Println(title)
	for _, n := range names {
		fmt.Printf("  %6d %s\n", counts[n], n)
	}
}
