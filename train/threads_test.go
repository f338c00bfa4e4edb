package train

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// TestThreadsDoNotChangeWhatIsLearnt trains models of Keras' goldens on batches that are
// large enough to be split, on one goroutine and on several: weights and losses have the
// same bits.
func TestThreadsDoNotChangeWhatIsLearnt(t *testing.T) {
	for _, name := range []string{"optimizer_adam", "conv_net", "conv1d", "lstm", "gru", "bidirectional_lstm", "masked", "simple_rnn", "layer_normalization", "batch_normalization_rank4"} {
		t.Run(name, func(t *testing.T) {
			m, data, config := loadGolden(t, "../testdata/training/"+name+"_k3")
			const rows = 1 << 12
			order := make([]int, rows)
			for i := range order {
				order[i] = i % data.X[0].Shape()[0]
			}
			many := &Data{}
			for _, x := range data.X {
				many.X = append(many.X, x.Take(order))
			}
			for _, y := range data.Y {
				many.Y = append(many.Y, y.Take(order))
			}
			var want *History
			for _, threads := range []int{1, 2, 3} {
				h, err := Fit(context.Background(), m, many, Config{Epochs: 2, BatchSize: rows / 2, NoShuffle: true, Threads: threads, Settings: config.Settings})
				require.NoError(t, err)
				if want == nil {
					want = h
					continue
				}
				assert.Equal(t, want.Epochs, h.Epochs, "%d threads", threads)
				old := want.Model.Weights()
				for i, w := range h.Model.Weights() {
					if w.Value.DType() == runtime.Float32 {
						assert.Equal(t, old[i].Value.Float32s(), w.Value.Float32s(), "%d threads: %s", threads, w.Name)
					}
				}
			}
		})
	}
}
