package train

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
)

// rulesOf says whose numerics the losses of a model have.
func rulesOf(o *keras.Origin) losses.Rules {
	switch {
	case o.Era == 3:
		return losses.Keras3
	case aloneBefore(o, 0):
		return losses.Keras1
	case aloneBefore(o, 3):
		return losses.Keras22
	}
	return losses.Keras2
}

// aloneBefore tells whether Keras by itself, not TensorFlow's, wrote the model, in a
// version before 2.minor.
func aloneBefore(o *keras.Origin, minor int) bool {
	var major, at int
	n, _ := fmt.Sscanf(o.KerasVersion, "%d.%d", &major, &at)
	old := n == 2 && (major == 1 || major == 2 && at < minor) || n != 2 && o.Era == 1
	return old && !strings.HasSuffix(o.KerasVersion, "-tf")
}
