package serve

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkRequest answers 1000 rows of 52 numbers in JSON: by the handler of v1,
// and by encoding/json around Predict.
func BenchmarkRequest(b *testing.B) {
	m := served(b, Options{}, map[string]string{"seed": seedFile})
	h, p := NewHandler(m), program(b, seedFile)
	body := `{"instances":` + string(appendNested(nil, rows(b, 1000, 52, .737), numberV2)) + `}`
	b.Run("v1", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("POST", "/v1/models/seed:predict", strings.NewReader(body)))
			require.Equal(b, http.StatusOK, w.Code)
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var q struct{ Instances [][]float64 }
			require.NoError(b, json.NewDecoder(strings.NewReader(body)).Decode(&q))
			x := make([]float32, 0, 1000*52)
			for _, row := range q.Instances {
				for _, v := range row {
					x = append(x, float32(v))
				}
			}
			y, err := p.Predict(x)
			require.NoError(b, err)
			answer := make([][]float32, len(y))
			for i := range y {
				answer[i] = y[i : i+1]
			}
			require.NoError(b, json.NewEncoder(io.Discard).Encode(map[string]any{"predictions": answer}))
		}
	})
}

// BenchmarkBatching asks for one row at a time from 64 connections over loopback,
// with and without rows going together; rows/s is what counts.
func BenchmarkBatching(b *testing.B) {
	for name, o := range map[string]Options{"together": {}, "alone": {MaxBatch: 1}} {
		b.Run(name, func(b *testing.B) {
			s := httptest.NewServer(NewHandler(served(b, o, map[string]string{"seed": seedFile})))
			defer s.Close()
			c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			body := `{"instances":` + string(appendNested(nil, rows(b, 1, 52, .737), numberV2)) + `}`
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r, err := c.Post(s.URL+"/v1/models/seed:predict", "application/json", strings.NewReader(body))
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					r.Body.Close()
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
