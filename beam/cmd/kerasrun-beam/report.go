package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	kerasbeam "github.com/kerasrun/kerasrun/beam"
)

// report says what a pipeline counted. A file that broke off is an error.
func report(w io.Writer, result beam.PipelineResult) error {
	if result == nil {
		fmt.Fprintln(w, "kerasrun-beam: done; the runner does not say what was counted")
		return nil
	}
	counts, metrics := map[string]int64{}, result.Metrics().AllMetrics()
	for _, c := range metrics.Counters() {
		if c.Namespace() == kerasbeam.Namespace {
			counts[c.Name()] += c.Result()
		}
	}
	fmt.Fprintf(w, "kerasrun-beam: %d rows answered, %d failed\n", counts["rows"], counts["rows_failed"])
	for _, d := range metrics.Distributions() {
		if v := d.Result(); d.Namespace() == kerasbeam.Namespace && v.Count > 0 {
			fmt.Fprintf(w, "kerasrun-beam: %s: %d, least %d, mean %.0f, most %d\n", d.Name(), v.Count, v.Min, float64(v.Sum)/float64(v.Count), v.Max)
		}
	}
	if n := counts["files_broken"]; n > 0 {
		return errors.New(fmt.Sprint(n, " files could not be read to their end: the failures say which and why"))
	}
	return nil
}
