package serve

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what Prometheus scrapes. Labels have few values: names that only
// requests know are not among them.
type metrics struct {
	registry *prometheus.Registry

	requests  *prometheus.CounterVec   // model, version, protocol, code
	durations *prometheus.HistogramVec // model, protocol
	calls     *prometheus.HistogramVec // model
	queues    *prometheus.HistogramVec // model
	batches   *prometheus.HistogramVec // model
	rejected  *prometheus.CounterVec   // reason
	inflight  prometheus.Gauge
	loads     *prometheus.CounterVec // model, result
	loadTimes *prometheus.HistogramVec
}

func newMetrics(m *Models) *metrics {
	seconds := []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kerasrun_" + name, Help: help, Buckets: buckets}, labels)
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kerasrun_" + name, Help: help}, labels)
	}
	x := &metrics{
		registry:  prometheus.NewRegistry(),
		requests:  counter("requests_total", "Requests for predictions that were answered, errors included.", "model", "version", "protocol", "code"),
		durations: histogram("request_duration_seconds", "Time from a request's header to its answer.", seconds, "model", "protocol"),
		calls:     histogram("inference_duration_seconds", "Time of the call that answered a request.", seconds, "model"),
		queues:    histogram("queue_duration_seconds", "Time that a request waited for its call.", seconds, "model"),
		batches:   histogram("batch_size", "Rows that a call computed together.", prometheus.ExponentialBuckets(1, 2, 13), "model"),
		rejected:  counter("rejected_requests_total", "Requests that were turned away.", "reason"),
		inflight:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "kerasrun_inflight_requests", Help: "Requests that are being answered."}),
		loads:     counter("model_loads_total", "Loads of models.", "model", "result"),
		loadTimes: histogram("model_load_duration_seconds", "Time that a load took, verification included.", prometheus.ExponentialBuckets(.001, 4, 10), "model"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "kerasrun_build_info", Help: "1, with what this program was built from.", ConstLabels: prometheus.Labels{"version": ModuleVersion(), "go": runtime.Version()}})
	build.Set(1)
	x.registry.MustRegister(x.requests, x.durations, x.calls, x.queues, x.batches, x.rejected, x.inflight, x.loads, x.loadTimes, build,
		readiness{m, prometheus.NewDesc("kerasrun_model_ready", "1 if the version can answer, 0 if its files cannot be served.", []string{"model", "version"}, nil)},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return x
}

// ModuleVersion is that of this module in whatever program it is part of.
func ModuleVersion() string {
	const path = "github.com/kerasrun/kerasrun"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, d := range append(info.Deps, &info.Main) {
		if d.Path == path && d.Version != "" {
			return d.Version
		}
	}
	return "unknown"
}

// Metrics answers Prometheus with what Models has counted.
func (m *Models) Metrics() http.Handler {
	return promhttp.HandlerFor(m.metrics.registry, promhttp.HandlerOpts{})
}

// Count counts a request that a protocol has answered, for metrics. v is nil where
// it was not found, err where all went well.
func (m *Models) Count(protocol string, v *Version, began time.Time, err error) {
	model, version, code := "", "", 200
	if v != nil {
		model, version = v.Name, strconv.FormatInt(v.Number, 10)
	}
	if err != nil {
		c := errorOf(err).Code
		code = c.HTTP()
		if c == Busy || c == TooLarge {
			m.metrics.rejected.WithLabelValues(map[Code]string{Busy: "busy", TooLarge: "too_large"}[c]).Inc()
		}
	}
	m.metrics.requests.WithLabelValues(model, version, protocol, strconv.Itoa(code)).Inc()
	m.metrics.durations.WithLabelValues(model, protocol).Observe(time.Since(began).Seconds())
}

// answered counts a request's call.
func (x *metrics) answered(v *Version, j *job) {
	x.calls.WithLabelValues(v.Name).Observe(j.compute.Seconds())
	x.queues.WithLabelValues(v.Name).Observe(j.began.Sub(j.queued).Seconds())
}

// readiness collects the state of every version when it is asked for.
type readiness struct {
	models *Models
	desc   *prometheus.Desc
}

func (r readiness) Describe(to chan<- *prometheus.Desc) { to <- r.desc }

func (r readiness) Collect(to chan<- prometheus.Metric) {
	for _, name := range r.models.Names() {
		states, _ := r.models.States(name)
		for _, s := range states {
			ready := 0.0
			if s.Ready {
				ready = 1
			}
			to <- prometheus.MustNewConstMetric(r.desc, prometheus.GaugeValue, ready, name, strconv.FormatInt(s.Version, 10))
		}
	}
}
