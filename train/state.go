package train

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
)

// stateOf reads the optimizer state that the model's file holds, or returns nil
// if there is none or it belongs to another optimizer or set of weights.
//
// Keras 3 stores iteration, learning rate, then slots; Keras 2.11 to 2.15
// iteration, then slots in the same order; TF 2 before that and Keras 2.0 to
// 2.3 iteration, then one kind of slot after the other. The orders are told
// apart by names, or else by shapes.
func stateOf(m *keras.Model, o Optimizer, sizes []int, era int) *State {
	stored := m.Origin().Optimizer
	s := &State{}
	var slots []keras.Stored
	for _, a := range stored {
		switch {
		case len(a.Shape) == 0 && a.DType == "int64" && len(a.Data) == 8:
			s.Iteration = int64(binary.LittleEndian.Uint64(a.Data))
		case len(a.Shape) == 0 && strings.Contains(a.Name, "learning_rate"):
		case len(a.Shape) == 0 && era == 3 && len(slots) == 0 && a.DType == "float32": // vars/1
		case a.DType == "float32":
			slots = append(slots, a)
		default:
			return nil
		}
	}
	if len(stored) == 0 {
		return nil
	}
	var groups []slotGroup
	if r, ok := rules[o.Class]; ok {
		groups = r.slots(&o, era)
	}
	variables := order(groups, len(sizes))
	if len(variables) != len(slots) {
		return nil
	}
	place := make([]int, len(slots)) // where slot i of Keras' order is stored
	for i := range place {
		place[i] = i
	}
	if !matches(slots, variables, sizes, place) || byKind(slots) {
		place = kindOrder(groups, len(sizes))
		if !matches(slots, variables, sizes, place) {
			return nil
		}
	}
	names := slotNames(groups, len(sizes))
	for i, v := range variables {
		a := slots[place[i]]
		data := make([]float32, sizes[v])
		for k := range data {
			data[k] = math.Float32frombits(binary.LittleEndian.Uint32(a.Data[4*k:]))
		}
		s.Slots = append(s.Slots, Slot{Name: names[i], Variable: v, Data: data})
	}
	return s
}

// order lists the variable of every slot in Keras' order.
func order(groups []slotGroup, variables int) (list []int) {
	for _, g := range groups {
		for v := range variables {
			for range g {
				list = append(list, v)
			}
		}
	}
	return list
}

func slotNames(groups []slotGroup, variables int) (list []string) {
	for _, g := range groups {
		for range variables {
			list = append(list, g...)
		}
	}
	return list
}

// kindOrder says where slot i of today's order stands when all slots of one
// kind come before the next kind.
func kindOrder(groups []slotGroup, variables int) (place []int) {
	base := 0
	for _, g := range groups {
		for v := range variables {
			for k := range g {
				place = append(place, base+k*variables+v)
			}
		}
		base += len(g) * variables
	}
	return place
}

func matches(slots []keras.Stored, variables, sizes, place []int) bool {
	for i, v := range variables {
		if place[i] >= len(slots) || len(slots[place[i]].Data) != 4*sizes[v] {
			return false
		}
	}
	return true
}

// byKind reports whether the names are those of TF 2.0 to 2.10
// ("Adam/dense/kernel/m:0"), where one kind of slot comes after the other.
func byKind(slots []keras.Stored) bool {
	if len(slots) < 2 {
		return false
	}
	last := func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
	a, b := last(slots[0].Name), last(slots[1].Name)
	return a == b && (a == "m:0" || a == "v:0" || a == "momentum:0" || a == "rms:0")
}

// storedState spells an optimizer's state as the given era names its arrays.
func storedState(m *keras.Model, o Optimizer, s *State, trainable []int, era int) []keras.Stored {
	weights := m.Weights()
	scalar := func(name, dtype string, bits []byte) keras.Stored {
		return keras.Stored{Name: name, DType: dtype, Shape: []int{}, Data: bits}
	}
	iteration := binary.LittleEndian.AppendUint64(nil, uint64(s.Iteration))
	var out []keras.Stored
	prefix := snakeCase(o.Class)
	if o.Class == "RMSprop" {
		prefix = "rm_sprop"
	}
	if era == 3 {
		rate := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(o.LearningRate)))
		out = append(out, scalar(prefix+"/iteration", "int64", iteration), scalar(prefix+"/learning_rate", "float32", rate))
	} else {
		out = append(out, scalar("iteration:0", "int64", iteration))
	}
	for _, slot := range s.Slots {
		w := weights[trainable[slot.Variable]]
		name := prefix + "/" + strings.ReplaceAll(m.Name()+"/"+w.Layer+"/"+w.Name, "/", "_") + "_" + slot.Name
		if era == 2 {
			name = o.Class + "/" + slot.Name + "/" + w.Layer + "/" + w.Name + ":0"
		}
		data := make([]byte, 0, 4*len(slot.Data))
		for _, v := range slot.Data {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
		out = append(out, keras.Stored{Name: name, DType: "float32", Shape: append([]int{}, w.Shape...), Data: data})
	}
	return out
}

// withState returns the model compiled with the settings, holding the state.
func withState(m *keras.Model, s *Settings, state *State, trainable []int) (*keras.Model, error) {
	era := max(2, m.Origin().Era)
	config, err := s.marshal(m, era)
	if err != nil {
		return nil, err
	}
	return m.WithTraining(config, storedState(m, s.Optimizer, state, trainable, era)), nil
}
