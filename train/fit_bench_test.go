package train

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// BenchmarkFitSeed is an epoch of the seed's training: 100 batches of 52 rows.
func BenchmarkFitSeed(b *testing.B) {
	m, err := keras.Load("../testdata/models/seed/seed_k2.keras")
	require.NoError(b, err)
	r := rand.New(rand.NewPCG(1, 2))
	random := func(width int) *runtime.Tensor {
		t, _ := runtime.NewTensor(runtime.Float32, 5200, width)
		for i := range t.Float32s() {
			t.Float32s()[i] = float32(r.NormFloat64())
		}
		return t
	}
	data := &Data{X: []*runtime.Tensor{random(52)}, Y: []*runtime.Tensor{random(1)}}
	for _, shuffle := range []bool{false, true} {
		b.Run(map[bool]string{false: "in order", true: "shuffled"}[shuffle], func(b *testing.B) {
			b.ReportAllocs()
			_, err := Fit(context.Background(), m, data, Config{Epochs: b.N, BatchSize: 52, NoShuffle: !shuffle, Threads: 1})
			require.NoError(b, err)
		})
	}
}
