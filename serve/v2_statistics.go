package serve

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// statistics answers as Triton's extension of that name.
func (s v2) statistics(w http.ResponseWriter, v *Version) {
	writeJSON(w, http.StatusOK, map[string]any{"model_stats": []any{v.statistics()}})
}

func (s v2) allStatistics(w http.ResponseWriter, _ *http.Request) {
	all := []any{}
	for _, name := range s.models.Names() {
		if v, err := s.models.Find(Ref{Model: name}); err == nil {
			all = append(all, v.statistics())
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"model_stats": all})
}

func (v *Version) statistics() map[string]any {
	type duration struct {
		Count int64 `json:"count"`
		NS    int64 `json:"ns"`
	}
	of := func(c counter) duration { return duration{c.count, c.time.Nanoseconds()} }
	t := v.stats.read()
	last := int64(0)
	if !t.last.IsZero() {
		last = t.last.UnixMilli()
	}
	batches := []any{}
	for _, n := range slices.Sorted(maps.Keys(t.batches)) {
		batches = append(batches, map[string]any{
			"batch_size": n, "compute_input": duration{}, "compute_infer": of(t.batches[n]), "compute_output": duration{},
		})
	}
	return map[string]any{
		"name": v.Name, "version": strconv.FormatInt(v.Number, 10), "last_inference": last,
		"inference_count": t.rows, "execution_count": t.executions,
		"inference_stats": map[string]any{
			"success": of(t.success), "fail": of(t.failure), "queue": of(t.queue), "compute_infer": of(t.compute),
			"compute_input": duration{}, "compute_output": duration{}, "cache_hit": duration{}, "cache_miss": duration{},
		},
		"batch_stats": batches,
	}
}
