package train

import (
	"fmt"
	"math"
	"strings"
)

// updater applies an optimizer to the trainable variables.
type updater struct {
	Optimizer
	rule
	state   State
	weights [][]float32
	byVar   [][][]float32 // by variable: its slots in the order of rule.slots
	merge   bool          // Keras 2: slices of one row are added first
}

// newUpdater makes the optimizer's slots, taking what previous holds where it
// fits.
func newUpdater(o Optimizer, weights [][]float32, era int, previous *State) (*updater, error) {
	r, ok := rules[o.Class]
	if !ok {
		return nil, fmt.Errorf("optimizer must be one of %s, received %q", strings.Join(OptimizerNames(), ", "), o.Class)
	}
	u := &updater{Optimizer: o, rule: r, weights: weights, byVar: make([][][]float32, len(weights)), merge: era == 2}
	for _, group := range r.slots(&o, era) {
		for v, w := range weights {
			for _, name := range group {
				s := Slot{Name: name, Variable: v, Data: make([]float32, len(w))}
				u.state.Slots = append(u.state.Slots, s)
				u.byVar[v] = append(u.byVar[v], s.Data)
			}
		}
	}
	if previous != nil && len(previous.Slots) == len(u.state.Slots) {
		fits := true
		for i, s := range previous.Slots {
			fits = fits && len(s.Data) == len(u.state.Slots[i].Data)
		}
		if fits {
			u.state.Iteration = previous.Iteration
			for i, s := range previous.Slots {
				copy(u.state.Slots[i].Data, s.Data)
			}
		}
	}
	return u, nil
}

// step changes the variables by their gradients, in Keras' order: clip, decay
// the weights, update. Constraints are the caller's.
func (u *updater) step(grads []gradient) {
	u.clip(grads)
	lr := u.LearningRate
	if u.Decay != 0 {
		lr /= 1 + u.Decay*float64(u.state.Iteration)
	}
	power := u.power
	if u.merge {
		power = nil
	}
	for i, w := range u.weights {
		grads[i].sum(power)
		if u.WeightDecay != 0 {
			f := float32(u.WeightDecay) * float32(lr)
			for k, v := range w {
				w[k] = v - v*f
			}
		}
		u.rule.step(&u.Optimizer, w, &grads[i], u.byVar[i], float32(lr), u.state.Iteration+1)
	}
	u.state.Iteration++
}

// clip bounds the gradients as clip_by_norm, clip_by_global_norm and
// clip_by_value of TensorFlow do.
func (u *updater) clip(grads []gradient) {
	scale := func(f float64) func([]float32) {
		return func(g []float32) {
			for i := range g {
				g[i] *= float32(f)
			}
		}
	}
	switch {
	case u.ClipNorm > 0:
		for i := range grads {
			if n := norm(grads[i : i+1]); n > u.ClipNorm {
				grads[i].parts(scale(u.ClipNorm / n))
			}
		}
	case u.GlobalClipNorm > 0:
		if n := norm(grads); n > u.GlobalClipNorm {
			for i := range grads {
				grads[i].parts(scale(u.GlobalClipNorm / n))
			}
		}
	case u.ClipValue > 0:
		c := float32(u.ClipValue)
		for i := range grads {
			grads[i].parts(func(g []float32) {
				for i, v := range g {
					g[i] = min(max(v, -c), c)
				}
			})
		}
	}
}

// norm is the Euclidean norm of several gradients together.
func norm(grads []gradient) float64 {
	s := 0.0
	for i := range grads {
		grads[i].parts(func(g []float32) {
			for _, v := range g {
				s += float64(v) * float64(v)
			}
		})
	}
	return math.Sqrt(s)
}

func sizesOf(weights [][]float32) []int {
	sizes := make([]int, len(weights))
	for i, w := range weights {
		sizes[i] = len(w)
	}
	return sizes
}
