package table

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/keras"
)

// TestPlacesBeforeClashingNames: the arrays input_0 and input_1 of a fixture are
// the first and second input, also where Keras 2 called these input_1 and input_2.
func TestPlacesBeforeClashingNames(t *testing.T) {
	ports := []keras.Port{{Name: "input_1"}, {Name: "input_2"}}
	for _, columns := range [][]string{{"input_0", "input_1"}, {"input_1", "input_2"}} {
		m := &matcher{w: &Wanted{Inputs: ports}, places: map[string]int{}, taken: make([]bool, len(columns))}
		for i, c := range columns {
			m.places[c] = i
		}
		for i, p := range ports {
			assert.Contains(t, m.inputNames(i, p), columns[i])
			if i == 0 {
				assert.NotContains(t, m.inputNames(i, p), columns[1])
			}
		}
	}
}
