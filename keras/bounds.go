package keras

import (
	"math"
	"math/bits"

	"github.com/kerasrun/kerasrun/internal/lowered"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/runtime"
)

// checkCalls holds the calls that a model makes, those of its nested models at
// each of their uses included, against the limit. A model in a model in a model,
// each called twice, is small to write and endless to build.
func checkCalls(config spelling.Spec, limits Limits) error {
	if n := callsOf(config); n > uint64(limits.Nodes) {
		return &LimitError{Path: "config", Limit: "Nodes", Max: uint64(limits.Nodes), Asked: n}
	}
	return nil
}

// callsOf counts the calls that one call of a layer makes.
func callsOf(s spelling.Spec) uint64 {
	n := uint64(1)
	c, _ := s["config"].(map[string]any)
	for _, v := range c {
		switch x := v.(type) {
		case map[string]any:
			if spelling.IsLayer(x) {
				n = plus(n, callsOf(x))
			}
		case []any:
			for _, e := range x {
				if inner, ok := e.(map[string]any); ok && spelling.IsLayer(inner) {
					nodes, _ := inner["inbound_nodes"].([]any)
					n = plus(n, times(callsOf(inner), uint64(max(len(nodes), 1))))
				}
			}
		}
	}
	return n
}

func plus(a, b uint64) uint64 {
	if s, over := bits.Add64(a, b, 0); over == 0 {
		return s
	}
	return math.MaxUint64
}

func times(a, b uint64) uint64 {
	if over, p := bits.Mul64(a, b); over == 0 {
		return p
	}
	return math.MaxUint64
}

// checkWeights holds the weights that the configuration declares against the
// limit, before any of them has memory.
func (m *Model) checkWeights(limits Limits) error {
	most, total := uint64(limits.WeightBytes), uint64(0)
	for _, w := range m.weights {
		n := uint64(w.Type().DType.Size())
		for _, d := range w.Shape {
			n = times(n, uint64(d))
		}
		if total = plus(total, n); total > most {
			return &LimitError{Path: w.Layer, Limit: "WeightBytes", Max: most, Asked: total}
		}
	}
	return nil
}

// checkActivations holds what the layers compute for one row against the limit.
// Sizes that are not known before the call count as one: they are the caller's.
func checkActivations(l *lowered.Graph, limits Limits) error {
	weights := map[*runtime.Value]bool{}
	for _, v := range l.Parameters {
		weights[v] = true
	}
	g, err := l.Builder.Graph(l.Values()...)
	if err != nil {
		return err
	}
	for v := range g.Values() {
		if v.Constant() == nil && !weights[v] && v.RowBytes() > limits.ActivationBytes {
			return &LimitError{Path: v.Scope(), Limit: "ActivationBytes", Max: uint64(limits.ActivationBytes), Asked: uint64(v.RowBytes())}
		}
	}
	return nil
}
