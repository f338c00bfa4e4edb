package train

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
)

// seed loads the seed model and makes data for it.
func seed(tb testing.TB, rows int) (*keras.Model, *Data) {
	m, err := keras.Load("../testdata/models/seed/seed_k3.keras")
	require.NoError(tb, err)
	r := rand.New(rand.NewPCG(1, 2))
	random := func(width int) *runtime.Tensor {
		t, _ := runtime.NewTensor(runtime.Float32, rows, width)
		for i := range t.Float32s() {
			t.Float32s()[i] = float32(r.NormFloat64())
		}
		return t
	}
	return m, &Data{X: []*runtime.Tensor{random(52)}, Y: []*runtime.Tensor{random(1)}}
}

// BenchmarkFitSeed is an epoch of the seed's training: 100 batches of 52 rows.
func BenchmarkFitSeed(b *testing.B) {
	m, data := seed(b, 5200)
	for _, shuffle := range []bool{false, true} {
		b.Run(map[bool]string{false: "in order", true: "shuffled"}[shuffle], func(b *testing.B) {
			b.ReportAllocs()
			_, err := Fit(context.Background(), m, data, Config{Epochs: b.N, BatchSize: 52, NoShuffle: !shuffle, Threads: 1})
			require.NoError(b, err)
		})
	}
}

// A step allocates nothing once its batch size was seen.
func TestStepAllocates(t *testing.T) {
	m, data := seed(t, 104)
	for _, class := range optimizers.Names() {
		o, err := optimizers.New(class)
		require.NoError(t, err)
		f, err := newTrainer(m, data, Config{BatchSize: 52, Threads: 1, ResetOptimizer: true,
			Settings: &Settings{Optimizer: o, Losses: []losses.Loss{new(losses.MeanAbsoluteError)}, Metrics: [][]metrics.Metric{{&metrics.OfLoss{Common: metrics.Common{Name: "mse"}, Loss: new(losses.MeanSquaredError)}}}}})
		require.NoError(t, err)
		batches, sum := data.batches(52), newTotals(f.step)
		ctx := context.Background()
		assert.Zero(t, testing.AllocsPerRun(5, func() {
			for _, b := range batches {
				_, err := f.trainStep(ctx, b, sum)
				require.NoError(t, err)
			}
		}), class)
	}
}
