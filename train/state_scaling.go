package train

import (
	"encoding/binary"
	"math"

	"github.com/kerasrun/kerasrun/keras"
)

// scalingOf splits what a LossScaleOptimizer stores before the inner optimizer's
// variables: an iteration and a learning rate that it does not use, the steps since
// the scale changed, and the scale.
func scalingOf(stored []keras.Stored) (numbers map[string][]float32, inner []keras.Stored) {
	if len(stored) < 4 || stored[2].DType != "int64" || len(stored[2].Data) != 8 || stored[3].DType != "float32" || len(stored[3].Data) != 4 {
		return nil, stored
	}
	steps := int64(binary.LittleEndian.Uint64(stored[2].Data))
	return map[string][]float32{"step_counter": {float32(steps)}, "dynamic_scale": float32s(stored[3])}, stored[4:]
}

// storedScaling spells the same, given the two slots.
func storedScaling(slots []slotArray) []keras.Stored {
	number := func(name, dtype string, bits []byte) keras.Stored {
		return keras.Stored{Name: "loss_scale_optimizer/" + name, DType: dtype, Shape: []int{}, Data: bits}
	}
	scale := binary.LittleEndian.AppendUint32(nil, math.Float32bits(slots[1].Data[0]))
	return []keras.Stored{
		number("iteration", "int64", make([]byte, 8)), number("learning_rate", "float32", make([]byte, 4)),
		number("step_counter", "int64", binary.LittleEndian.AppendUint64(nil, uint64(int64(slots[0].Data[0])))),
		number("dynamic_scale", "float32", scale),
	}
}
