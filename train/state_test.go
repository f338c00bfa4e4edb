package train

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/optimizers"
)

// stored is an array of n elements, all of them value; n = 0 makes a number.
func stored(name string, n int, value float32) keras.Stored {
	s := keras.Stored{Name: name, DType: "float32", Shape: []int{}}
	if n > 0 {
		s.Shape = []int{n}
	}
	for range max(n, 1) {
		s.Data = binary.LittleEndian.AppendUint32(s.Data, math.Float32bits(value))
	}
	return s
}

func iterations(name string, n int64) keras.Stored {
	return keras.Stored{Name: name, DType: "int64", Shape: []int{}, Data: binary.LittleEndian.AppendUint64(nil, uint64(n))}
}

// Each Keras stores the optimizer's variables in an order of its own. Here slot
// k of variable v holds 10·v + k.
func TestStateOrders(t *testing.T) {
	sizes := []int{6, 2, 2, 1}
	weights, vars := make([][]float32, len(sizes)), make([]optimizers.Variable, len(sizes))
	for v, n := range sizes {
		weights[v], vars[v].Shape = make([]float32, n), []int{n}
	}
	byKind := func(format string, kinds int) (list []keras.Stored) {
		for k := range kinds {
			for v, n := range sizes {
				list = append(list, stored(fmt.Sprintf(format, v, "mv"[k:k+1]), n, float32(10*v+k)))
			}
		}
		return list
	}
	byVariable := func(format string, kinds int) (list []keras.Stored) {
		for v, n := range sizes {
			for k := range kinds {
				list = append(list, stored(fmt.Sprintf(format, "mv"[k:k+1], v), n, float32(10*v+k)))
			}
		}
		return list
	}
	var hats []keras.Stored // of Keras 2.1 to 2.3 without amsgrad
	for range sizes {
		hats = append(hats, stored("training/Adam/Variable", 1, 0))
	}
	join := func(first keras.Stored, rest ...[]keras.Stored) []keras.Stored {
		list := []keras.Stored{first}
		for _, r := range rest {
			list = append(list, r...)
		}
		return list
	}
	for name, c := range map[string]struct {
		version, class string
		era            int
		stored         []keras.Stored
		iteration      int64
		kinds          int
	}{
		"Keras 1":         {"1.2.2", "Adam", 2, join(stored("Variable_905:0", 0, 7), byKind("Variable_%d%s:0", 2)), 7, 2},
		"Keras 2.2":       {"2.2.4", "Adam", 2, join(iterations("Adam/iterations:0", 7), byKind("training/Adam/Variable_%d%s:0", 2), hats), 7, 2},
		"RMSprop of 2.2":  {"2.2.4", "RMSprop", 2, byKind("training/RMSprop/Variable_%d%s:0", 1), 0, 1},
		"Nadam of 2.2":    {"2.2.4", "Nadam", 2, join(iterations("Nadam/iterations:0", 7), []keras.Stored{stored("m_schedule:0", 0, 0.5)}, byKind("training/Nadam/Variable_%d%s:0", 2)), 7, 2},
		"TF 2.4":          {"2.4.0", "Adam", 2, join(iterations("Adam/iter:0", 7), byKind("Adam/dense_%d/kernel/%s:0", 2)), 7, 2},
		"legacy of 2.15":  {"2.15.0", "Adam", 2, join(iterations("Adam/iter:0", 7), byKind("Adam/dense_%d/kernel/%s:0", 2)), 7, 2},
		"Keras 2.15":      {"2.15.0", "Adam", 2, join(iterations("iteration:0", 7), byVariable("Adam/%s/dense_%d/kernel:0", 2)), 7, 2},
		"Keras 3":         {"3.10.0", "Adam", 3, join(iterations("vars/0", 7), []keras.Stored{stored("vars/1", 0, 0.001)}, byVariable("vars/%s%d", 2)), 7, 2},
		"Nadam of 3":      {"3.10.0", "Nadam", 3, join(iterations("vars/0", 7), []keras.Stored{stored("vars/1", 0, 0.001)}, byVariable("vars/%s%d", 2), []keras.Stored{stored("vars/10", 0, 0.25)}), 7, 2},
		"SGD of TF 2":     {"2.4.0", "SGD", 2, []keras.Stored{iterations("SGD/iter:0", 7)}, 7, 0},
		"another's slots": {"2.15.0", "Adam", 2, join(iterations("iteration:0", 7), byVariable("Adam/%s/dense_%d/kernel:0", 1)), -1, 0},
		"other sizes":     {"2.15.0", "SGD", 2, join(iterations("iteration:0", 7), byVariable("%s/dense_%d/kernel:0", 1)[1:], byVariable("%s/dense_%d/kernel:0", 1)[:1]), -1, 0},
		"cut short":       {"2.15.0", "Adam", 2, []keras.Stored{{DType: "float32", Shape: []int{1}, Data: []byte{1, 2}}}, -1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			m := compiled(t, "optimizer_sgd_k2.h5", "{}").WithTraining([]byte("{}"), c.stored)
			m.Origin().KerasVersion = c.version
			o := defaults(c.class)
			s := stateOf(m, o, vars, c.era)
			if c.iteration < 0 {
				assert.Nil(t, s)
				return
			}
			require.NotNil(t, s)
			assert.Equal(t, c.iteration, s.Iteration)
			seen := map[int]int{}
			for _, slot := range s.Slots {
				if slot.Variable < 0 {
					if c.era == 3 {
						assert.Equal(t, []float32{0.25}, slot.Data)
					}
					continue
				}
				v := slot.Variable
				require.Len(t, slot.Data, sizes[v])
				assert.Equal(t, float32(10*v+seen[v]), slot.Data[0], "slot %s of variable %d", slot.Name, v)
				seen[v]++
			}
			for v := range sizes {
				assert.Equal(t, c.kinds, seen[v])
			}
			_, err := newUpdater(o, vars, weights, c.era, s)
			assert.NoError(t, err)
		})
	}
}

// JAX and PyTorch count steps in int32, and set_floatx("float64") makes slots of
// float64: neither loses the state.
func TestStateOfOtherTypes(t *testing.T) {
	m, err := keras.Load("../testdata/training/optimizer_adam_k3.keras")
	require.NoError(t, err)
	settings, err := SettingsOf(m)
	require.NoError(t, err)
	var weights [][]float32
	var vars []optimizers.Variable
	for _, w := range m.Weights() {
		if w.Trainable {
			vars = append(vars, optimizers.Variable{Shape: w.Shape})
			weights = append(weights, w.Value.Float32s())
		}
	}
	var slots []keras.Stored
	state := []keras.Stored{{Name: "iteration", DType: "int32", Shape: []int{}, Data: binary.LittleEndian.AppendUint32(nil, 7)}, stored("learning_rate", 0, 0.01)}
	for v, w := range weights {
		for k := range 2 {
			s := keras.Stored{Name: "slot", DType: "float64", Shape: m.Weights()[v].Shape}
			for range w {
				s.Data = binary.LittleEndian.AppendUint64(s.Data, math.Float64bits(float64(10*v+k)))
			}
			slots = append(slots, s)
		}
	}
	got := stateOf(m.WithTraining(m.Origin().TrainingConfig, append(state, slots...)), settings.Optimizer, vars, 3)
	require.NotNil(t, got)
	assert.EqualValues(t, 7, got.Iteration)
	require.Len(t, got.Slots, 2*len(weights))
	assert.EqualValues(t, 1, got.Slots[1].Data[0])
}

// A state that does not fit is said, not lost.
func TestStateThatDoesNotFit(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_adam_k3")
	m = m.WithTraining(m.Origin().TrainingConfig, []keras.Stored{iterations("iteration", 3), stored("slot", 5, 1)})
	h, err := Fit(t.Context(), m, data, config)
	require.NoError(t, err)
	require.Len(t, h.Notes, 1)
	assert.Contains(t, h.Notes[0], "starts anew")
}
