package callbacks

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// goldens are the callbacks of the runs in scripts/fixtures/training.py.
func goldens() map[string]train.Callback {
	baseline := 0.9
	plateau := NewReduceLROnPlateau()
	plateau.Factor, plateau.Patience, plateau.Cooldown, plateau.MinLR = 0.5, 1, 1, 0.02
	plateau.MinDelta = 0.05
	return map[string]train.Callback{
		"early_stopping":        &EarlyStopping{Monitor: Monitor{MinDelta: 0.05}, Patience: 2, StartFromEpoch: 1, RestoreBestWeights: true},
		"early_stopping_metric": &EarlyStopping{Monitor: Monitor{Name: "accuracy", MinDelta: 0.005}, Patience: 3, Baseline: &baseline},
		"plateau":               plateau,
		"schedule": &LearningRateScheduler{Schedule: func(epoch int, rate float64) float64 {
			if epoch > 1 {
				return rate * 0.7
			}
			return 0.1
		}},
		"swap_ema":          &SwapEMAWeights{},
		"swap_ema_on_epoch": &SwapEMAWeights{SwapOnEpoch: true},
	}
}

// golden is a model, its data, and what real Keras made of them.
type golden struct {
	model  *keras.Model
	data   *train.Data
	config train.Config
	arrays map[string]*npz.Array
}

func load(t *testing.T, name string) golden {
	t.Helper()
	base := "../../testdata/training/" + name
	ending := map[bool]string{true: ".keras", false: ".h5"}[strings.HasSuffix(name, "_k3")]
	m, err := keras.Load(base + ending)
	require.NoError(t, err)
	arrays, err := npz.ReadFile(base+".npz", npz.Limits{})
	require.NoError(t, err)
	g := golden{model: m, arrays: map[string]*npz.Array{}}
	for _, a := range arrays {
		g.arrays[a.Name] = a.Array
	}
	g.data = &train.Data{X: []*runtime.Tensor{g.tensor(t, "x_0")}, Y: []*runtime.Tensor{g.tensor(t, "y_0")}}
	number := func(key string) float64 {
		v, err := g.arrays[key].Float64s()
		require.NoError(t, err)
		return v[0]
	}
	g.config = train.Config{Epochs: int(number("epochs")), BatchSize: int(number("batch_size")), ValidationSplit: number("validation_split"), NoShuffle: true, Threads: 1}
	return g
}

func (g golden) tensor(t *testing.T, key string) *runtime.Tensor {
	t.Helper()
	v, err := g.arrays[key].Float64s()
	require.NoError(t, err)
	data := make([]float32, len(v))
	for i, x := range v {
		data[i] = float32(x)
	}
	out, err := runtime.TensorOf(data, g.arrays[key].Shape...)
	require.NoError(t, err)
	return out
}

// With each callback the history and the last predictions are real Keras'.
func TestKerasCallbacks(t *testing.T) {
	for name, c := range goldens() {
		for _, era := range []string{"_k2", "_k3"} {
			if strings.HasPrefix(name, "swap_ema") && era == "_k2" { // Keras 2.15 has no such callback
				continue
			}
			t.Run(name+era, func(t *testing.T) {
				g := load(t, "callback_"+name+era)
				g.config.Callbacks = []train.Callback{c}
				h, err := train.Fit(t.Context(), g.model, g.data, g.config)
				require.NoError(t, err)
				for key, a := range g.arrays {
					log, ok := strings.CutPrefix(key, "hist_")
					if !ok {
						continue
					}
					want, err := a.Float64s()
					require.NoError(t, err)
					require.Len(t, h.Epochs[log], len(want), "%s; there are %v", log, h.Names)
					for e, v := range want {
						assert.InDelta(t, v, h.Epochs[log][e], 1e-5*math.Max(math.Abs(v), 1e-2), "%s, epoch %d", log, e+1)
					}
				}
				p, err := h.Model.Compile()
				require.NoError(t, err)
				out, err := p.RunAll(t.Context(), g.data.X)
				require.NoError(t, err)
				want := g.tensor(t, "final_pred_0").Float32s()
				assert.InDeltaSlice(t, want, out[0].Float32s(), 2e-4)
			})
		}
	}
}
