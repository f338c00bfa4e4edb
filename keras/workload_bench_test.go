package keras

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workloads are those of make bench-peers, without Python: the seed's file, and
// the other architectures with random weights. MobileNetV2 and ResNet50 are one
// block each.
var workloads = []struct {
	name  string
	model func(testing.TB) *Model
	rows  []int
}{
	{"seed", loadSeed, []int{1, 52, 1024, 100_000}},
	{"mlp", architecture(mlpConfig), []int{1, 256}},
	{"mlp int8", quantized(mlpConfig, Quantization{Mode: "int8"}), []int{1, 256}},
	{"mlp int4", quantized(mlpConfig, Quantization{Mode: "int4"}), []int{1, 256}},
	{"mlp int4 channels", quantized(mlpConfig, Quantization{Mode: "int4", Block: -1}), []int{1, 256}},
	{"convnet", architecture(convnetConfig), []int{1, 64}},
	{"mobile", architecture(mobileConfig), []int{1}},
	{"residual", architecture(residualConfig), []int{1}},
	{"lstm", architecture(func() string { return recurrentConfig("LSTM") }), []int{1, 32}},
	{"gru", architecture(func() string { return recurrentConfig("GRU") }), []int{1, 32}},
	{"encoder", architecture(encoderConfig), []int{1, 8}},
}

func BenchmarkWorkload(b *testing.B) {
	for _, w := range workloads {
		for _, rows := range w.rows {
			b.Run(fmt.Sprintf("%s/%d", w.name, rows), func(b *testing.B) {
				call := warm(b, w.model(b), rows)
				b.ReportAllocs()
				for b.Loop() {
					if err := call(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// TestNoAllocationOnceWarm holds that calls leave nothing for the garbage
// collector, through the public API.
func TestNoAllocationOnceWarm(t *testing.T) {
	for _, w := range workloads {
		call := warm(t, w.model(t), w.rows[0])
		assert.Zero(t, testing.AllocsPerRun(5, func() { _ = call() }), w.name)
	}
}

// warm compiles a model and calls it once, which plans. It returns the next call.
func warm(t testing.TB, m *Model, rows int) func() error {
	p, err := m.Compile(Threads(1))
	require.NoError(t, err)
	x := normal(rows * product(p.Inputs()[0].Shape[1:]))
	y := make([]float32, rows*product(p.Outputs()[0].Shape[1:]))
	call := func() error { return p.PredictInto(y, x) }
	require.NoError(t, call())
	return call
}

func loadSeed(t testing.TB) *Model {
	m, err := Load("../testdata/models/seed/seed_k3.keras")
	require.NoError(t, err)
	return m
}

// architecture makes a model of a configuration, with weights that are not the
// zeros of FromConfig: small, so that deep nets stay finite, and positive, as
// variances have to be.
func architecture(config func() string) func(testing.TB) *Model {
	return func(t testing.TB) *Model {
		m, err := FromConfig([]byte(config()))
		require.NoError(t, err)
		random := rand.New(rand.NewPCG(1, 2))
		for _, w := range m.weights {
			for i := range w.Value.Float32s() {
				w.Value.Float32s()[i] = 0.05 * random.Float32()
			}
		}
		return m
	}
}

func quantized(config func() string, q Quantization) func(testing.TB) *Model {
	return func(t testing.TB) *Model {
		m, err := architecture(config)(t).Quantize(q)
		require.NoError(t, err)
		return m
	}
}

func normal(n int) []float32 {
	random := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(random.NormFloat64())
	}
	return x
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
