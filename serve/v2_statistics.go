package serve

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// Duration is how often something was done, and how many nanoseconds it took in all.
type Duration struct {
	Count int64 `json:"count"`
	NS    int64 `json:"ns"`
}

// Statistics is what one version of a model has answered since it was loaded, as
// Triton's statistics extension has it. What Triton counts and we have not, copies of
// inputs and outputs and a cache, is 0.
type Statistics struct {
	Name           string            `json:"name"`
	Version        string            `json:"version"`
	LastInference  int64             `json:"last_inference"`  // milliseconds since 1970
	InferenceCount int64             `json:"inference_count"` // rows
	ExecutionCount int64             `json:"execution_count"` // calls of the program, which take many rows
	Inference      InferStatistics   `json:"inference_stats"`
	Batches        []BatchStatistics `json:"batch_stats"`
}

// InferStatistics are times of requests.
type InferStatistics struct {
	Success       Duration `json:"success"`
	Fail          Duration `json:"fail"`
	Queue         Duration `json:"queue"`
	ComputeInput  Duration `json:"compute_input"`
	ComputeInfer  Duration `json:"compute_infer"`
	ComputeOutput Duration `json:"compute_output"`
	CacheHit      Duration `json:"cache_hit"`
	CacheMiss     Duration `json:"cache_miss"`
}

// BatchStatistics are times of the program's calls with so many rows.
type BatchStatistics struct {
	Size          int      `json:"batch_size"`
	ComputeInput  Duration `json:"compute_input"`
	ComputeInfer  Duration `json:"compute_infer"`
	ComputeOutput Duration `json:"compute_output"`
}

// Statistics tells what the version has answered.
func (v *Version) Statistics() Statistics {
	of := func(c counter) Duration { return Duration{c.count, c.time.Nanoseconds()} }
	t := v.stats.read()
	s := Statistics{
		Name: v.Name, Version: strconv.FormatInt(v.Number, 10), InferenceCount: t.rows, ExecutionCount: t.executions,
		Inference: InferStatistics{Success: of(t.success), Fail: of(t.failure), Queue: of(t.queue), ComputeInfer: of(t.compute)},
		Batches:   []BatchStatistics{},
	}
	if !t.last.IsZero() {
		s.LastInference = t.last.UnixMilli()
	}
	for _, n := range slices.Sorted(maps.Keys(t.batches)) {
		s.Batches = append(s.Batches, BatchStatistics{Size: n, ComputeInfer: of(t.batches[n])})
	}
	return s
}

// Statistics tells what the newest version of every model that is served has answered.
func (m *Models) Statistics() []Statistics {
	all := []Statistics{}
	for _, name := range m.Names() {
		if v, err := m.Find(Ref{Model: name}); err == nil {
			all = append(all, v.Statistics())
		}
	}
	return all
}

// statistics answers as Triton's extension of that name.
func (s v2) statistics(w http.ResponseWriter, v *Version) {
	writeJSON(w, http.StatusOK, map[string]any{"model_stats": []Statistics{v.Statistics()}})
}

func (s v2) allStatistics(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"model_stats": s.models.Statistics()})
}
