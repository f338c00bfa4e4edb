package preprocessing

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("Pipeline", func() layers.Layer { return &Pipeline{} })
}

// Pipeline calls layers one after the other (keras/src/layers/preprocessing/pipeline.py).
type Pipeline struct{ layers.Sequential }

// Build implements Layer.
func (l *Pipeline) Build(in []runtime.Shape) ([]layers.Weight, error) {
	w, err := l.Sequential.Build(in)
	if err == nil && len(w) > 0 {
		return nil, fmt.Errorf("a Pipeline with weights, of which %q has the first", w[0].Layer)
	}
	return w, err
}
