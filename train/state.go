package train

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers"
)

// stateOf reads the optimizer state that the model's file holds, or returns nil
// if there is none or it belongs to another optimizer or set of weights.
//
// Keras 3 stores iteration, learning rate, then slots, and Keras 2.11 to 2.15
// iteration, then slots in the same order. TensorFlow's Keras before that and
// Keras 1.0 to 2.3 store one kind of slot after the other; their RMSprop,
// Adagrad and Adadelta have no iteration, and their Adam without amsgrad has a
// third kind of size 1. The orders are told apart by names and version, and
// checked by shapes.
func stateOf(m *keras.Model, o optimizers.Optimizer, vars []optimizers.Variable, era int) *optimizerState {
	state := &optimizerState{}
	var arrays, numbers []keras.Stored
	var schedule []float32 // the product of an old Nadam's momenta
	stored := m.Origin().Optimizer
	var scaling map[string][]float32
	if _, ok := o.(*optimizers.LossScaleOptimizer); ok {
		scaling, stored = scalingOf(stored)
	}
	for i, a := range stored {
		a = single(a)
		switch {
		case i > 0 && len(a.Shape) == 0 && a.DType == "int32": // a placeholder
		case len(a.Shape) == 0 && a.DType == "int64" && len(a.Data) == 8:
			state.Iteration = int64(binary.LittleEndian.Uint64(a.Data))
		case len(a.Shape) == 0 && a.DType == "int32" && len(a.Data) == 4: // JAX and PyTorch count so
			state.Iteration = int64(int32(binary.LittleEndian.Uint32(a.Data)))
		case a.DType != "float32" || len(a.Data)%4 != 0 || len(a.Data) == 0:
			return nil
		case len(a.Shape) == 0 && (i == 0 || strings.HasPrefix(base(a.Name), "iterations")): // before Keras 2.0.9
			state.Iteration = int64(float32s(a)[0])
		case len(a.Shape) > 0:
			arrays = append(arrays, a)
		case len(arrays) > 0:
			numbers = append(numbers, a)
		case legacyNadam(o): // others have the learning rate there
			schedule = float32s(a)
		}
	}
	if len(m.Origin().Optimizer) == 0 {
		return nil
	}
	state.Iteration = max(0, state.Iteration)
	groups := slotGroups(o, era)
	slots := expected(groups, vars)
	var own []slotArray // those with an array for each variable
	for _, s := range slots {
		if s.Variable >= 0 && !s.placeholder {
			own = append(own, s)
		}
	}
	if len(arrays) == 0 {
		return state // an optimizer that was not used yet, or keeps nothing
	}
	if n := len(vars); len(own) == 2*n && len(arrays) == 3*n && optimizers.Class(o) == "Adam" {
		arrays = arrays[:2*n]
	}
	if len(arrays) != len(own) {
		return nil
	}
	today := make([]int, len(own)) // where slot i of Keras' order is stored
	for i := range today {
		today[i] = i
	}
	places := [][]int{today, kindOrder(groups, len(vars))}
	if byKind(m.Origin(), arrays) {
		places[0], places[1] = places[1], places[0]
	}
	place := places[0]
	if !matches(arrays, own, place) {
		if place = places[1]; !matches(arrays, own, place) {
			return nil
		}
	}
	next := 0
	for _, s := range slots {
		switch {
		case s.placeholder:
		case scaling[s.Name] != nil:
			s.Data = scaling[s.Name]
		case s.Variable >= 0:
			s.Data = float32s(arrays[place[next]])
			next++
		case !s.unsaved && len(numbers) > 0:
			s.Data, numbers = float32s(numbers[0]), numbers[1:]
		case s.unsaved:
			s.Data = schedule // nil is as at the start
		default:
			s.Data = nil
		}
		state.Slots = append(state.Slots, s)
	}
	return state
}

// legacyNadam reports whether the optimizer is Nadam of Keras 2.10 and before.
func legacyNadam(o optimizers.Optimizer) bool {
	n, ok := o.(*optimizers.Nadam)
	return ok && n.ScheduleDecay != nil
}

// single rounds a float64 array, as set_floatx("float64") makes them, to float32.
func single(a keras.Stored) keras.Stored {
	if a.DType != "float64" || len(a.Data)%8 != 0 {
		return a
	}
	data := make([]byte, 0, len(a.Data)/2)
	for at := 0; at < len(a.Data); at += 8 {
		v := math.Float64frombits(binary.LittleEndian.Uint64(a.Data[at:]))
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
	}
	a.DType, a.Data = "float32", data
	return a
}

func float32s(a keras.Stored) []float32 {
	data := make([]float32, len(a.Data)/4)
	for k := range data {
		data[k] = math.Float32frombits(binary.LittleEndian.Uint32(a.Data[4*k:]))
	}
	return data
}

// expected lists the slots of an optimizer in Keras' order, without data.
func expected(groups []optimizers.Group, vars []optimizers.Variable) (list []slotArray) {
	for _, g := range groups {
		for v := range vars {
			for _, kind := range g {
				s := slotArray{Name: kind.Name, Variable: v, unsaved: kind.Keras2.Unsaved}
				if kind.Single {
					s.Variable, s.Shape = -1, []int{}
					if v == 0 {
						list = append(list, s)
					}
					continue
				}
				shape, kept := kind.Of(vars[v])
				s.Shape, s.placeholder = shape, !kept
				if kept || kind.Placeholder {
					list = append(list, s)
				}
			}
		}
	}
	return list
}

// kindOrder says where slot i of today's order stands when all slots of one
// kind come before the next kind.
func kindOrder(groups []optimizers.Group, variables int) (place []int) {
	first := 0
	for _, g := range groups {
		if g[0].Single {
			continue
		}
		for v := range variables {
			for k := range g {
				place = append(place, first+k*variables+v)
			}
		}
		first += len(g) * variables
	}
	return place
}

func matches(arrays []keras.Stored, slots []slotArray, place []int) bool {
	if len(place) != len(slots) { // not every kind is kept for every variable
		return false
	}
	for i, s := range slots {
		if len(arrays[place[i]].Data) != 4*elements(s.Shape) {
			return false
		}
	}
	return true
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// byKind reports whether one kind of slot comes after the other, as before
// Keras 2.11 and in its legacy optimizers ("Adam/dense/kernel/m:0").
func byKind(o *keras.Origin, arrays []keras.Stored) bool {
	if len(arrays) > 1 {
		switch a, b := base(arrays[0].Name), base(arrays[1].Name); {
		case a == b && legacySlots[a]:
			return true
		case legacySlots[a] && legacySlots[b]:
			return false
		}
	}
	var major, minor int
	if n, _ := fmt.Sscanf(o.KerasVersion, "%d.%d", &major, &minor); n == 2 {
		return major < 2 || major == 2 && minor < 11
	}
	return false
}

// legacySlots are the names that TensorFlow gave to slots, at the end of the
// variable's.
var legacySlots = map[string]bool{"m:0": true, "v:0": true, "vhat:0": true, "momentum:0": true, "rms:0": true, "mg:0": true,
	"accum_grad:0": true, "accum_var:0": true, "accumulator:0": true, "linear:0": true}

func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// storedState spells an optimizer's state as the given era names its arrays.
func storedState(m *keras.Model, o optimizers.Optimizer, s *optimizerState, trainable []int, era int) []keras.Stored {
	if l, ok := o.(*optimizers.LossScaleOptimizer); ok {
		inner := &optimizerState{Iteration: s.Iteration, Slots: s.Slots[2:]}
		return append(storedScaling(s.Slots[:2]), storedState(m, l.Inner, inner, trainable, era)...)
	}
	weights := m.Weights()
	scalar := func(name, dtype string, bits []byte) keras.Stored {
		return keras.Stored{Name: name, DType: dtype, Shape: []int{}, Data: bits}
	}
	iteration := binary.LittleEndian.AppendUint64(nil, uint64(s.Iteration))
	var out []keras.Stored
	class := optimizers.Class(o)
	prefix := layers.SnakeCase(class)
	switch {
	case era == 2:
		out = append(out, scalar("iteration:0", "int64", iteration))
	case o.Base().Schedule != nil:
		out = append(out, scalar(prefix+"/iteration", "int64", iteration))
	default:
		rate := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(o.Base().LearningRate)))
		out = append(out, scalar(prefix+"/iteration", "int64", iteration), scalar(prefix+"/learning_rate", "float32", rate))
	}
	slots, legacy := s.Slots, era == 2 && legacyNadam(o)
	if legacy { // the product, then one kind after the other
		slots = slices.Clone(slots)
		slices.SortStableFunc(slots, func(a, b slotArray) int {
			return cmp.Or(cmp.Compare(min(a.Variable, 0), min(b.Variable, 0)), strings.Compare(a.Name, b.Name))
		})
	}
	for _, slot := range slots {
		data := make([]byte, 0, 4*len(slot.Data))
		for _, v := range slot.Data {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
		switch {
		case legacy && slot.unsaved:
			out = append(out, scalar(class+"/momentum_cache:0", "float32", data))
			continue
		case slot.unsaved:
			continue
		case slot.placeholder:
			out = append(out, keras.Stored{Name: weights[trainable[slot.Variable]].Name, DType: "int32", Shape: []int{}, Data: make([]byte, 4)})
			continue
		case slot.Variable < 0:
			out = append(out, scalar(prefix+"/"+slot.Name, "float32", data))
			continue
		}
		w := weights[trainable[slot.Variable]]
		name := prefix + "/" + strings.ReplaceAll(m.Name()+"/"+w.Layer+"/"+w.Name, "/", "_") + "_" + slot.Name
		if legacy {
			name = class + "/" + w.Layer + "/" + w.Name + "/" + slot.Name + ":0"
		} else if era == 2 {
			name = class + "/" + slot.Name + "/" + w.Layer + "/" + w.Name + ":0"
		}
		out = append(out, keras.Stored{Name: name, DType: "float32", Shape: append([]int{}, slot.Shape...), Data: data})
	}
	return out
}

// withState returns the model compiled with the settings, holding the state.
func withState(m *keras.Model, s *Settings, state *optimizerState, trainable []int) (*keras.Model, error) {
	era := max(2, m.Origin().Era)
	config, err := s.marshal(m, era)
	if err != nil {
		return nil, err
	}
	return m.WithTraining(config, storedState(m, s.Optimizer, state, trainable, era)), nil
}
