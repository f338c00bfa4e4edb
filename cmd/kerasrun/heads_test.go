package main

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
)

// TestHeadsTrainAsKeras is the main job: any file of the seed gets each head, is
// trained further, and goes the way that Keras went with the same head.
func TestHeadsTrainAsKeras(t *testing.T) {
	for _, h := range keras.Heads() {
		for _, file := range []string{"seed_k2.h5", "seed_k2.keras", "seed_k3.h5", "seed_k3.keras"} {
			t.Run(string(h.Head)+" on "+file, func(t *testing.T) {
				golden := training + "head_" + string(h.Head) + file[len("seed"):len("seed_k2")] + ".npz"
				answers, err := npz.ReadFile(golden, npz.Limits{})
				require.NoError(t, err)
				numbers := func(name string) []float64 {
					v, err := answers.Get(name).Float64s()
					require.NoError(t, err)
					return v
				}
				dir := t.TempDir()
				headed, tuned := filepath.Join(dir, "headed"+filepath.Ext(file)), filepath.Join(dir, "tuned"+filepath.Ext(file))
				r := kerasrun(t, "", "rewrite", seed+file, "--head", string(h.Head), "-o", headed)
				require.Zero(t, r.code, r.stderr)
				r = kerasrun(t, "", "finetune", headed, "--data", golden, "--epochs", "5", "--batch-size", "52", "--no-shuffle", "--history", "-", "-o", tuned)
				require.Zero(t, r.code, r.stderr)
				want, got := numbers("hist_loss"), historyOf(t, r.stdout)["loss"]
				require.Len(t, got, len(want))
				for i := range want {
					assert.InEpsilon(t, want[i], got[i], 1e-5, "epoch %d", i+1)
				}

				m, err := keras.Load(tuned)
				require.NoError(t, err)
				p, err := m.Compile()
				require.NoError(t, err)
				x := numbers("x_0")
				rows := make([]float32, len(x))
				for i, v := range x {
					rows[i] = float32(v)
				}
				y, err := p.Predict(rows)
				require.NoError(t, err)
				for i, v := range numbers("final_pred_0") {
					require.InDelta(t, v, y[i], 1e-5*math.Max(1, math.Abs(v)), "row %d", i)
					require.GreaterOrEqual(t, y[i], float32(0))
				}
			})
		}
	}
}
