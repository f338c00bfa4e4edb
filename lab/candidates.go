package lab

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
)

// candidate is a Candidate with what it is trained from.
type candidate struct {
	Candidate
	model       *keras.Model
	constraints map[string]*layers.Constraint
	min, max    float64 // ends of the head's range
}

// candidates makes the models that are compared.
func candidates(m *keras.Model, heads []keras.Head) ([]*candidate, error) {
	list := []*candidate{{Candidate: Candidate{Name: string(Unchanged), Kind: Unchanged, How: "as it is"}, model: m, min: -inf, max: inf}}
	for _, d := range keras.Heads() {
		if !wanted(heads, d.Head) {
			continue
		}
		c := &candidate{Candidate: Candidate{Name: string(d.Head), Kind: HeadKind, Head: d.Head}, min: d.Min, max: d.Max}
		var err error
		c.How = "in the place of the last activation"
		c.model, err = m.WithHead(d.Head)
		var none *keras.NoActivationError
		if errors.As(err, &none) {
			c.How = fmt.Sprintf("behind %s, which has no activation", none.Layer)
			c.model, err = m.AppendHead(d.Head)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return append(list, constrained(m)), nil
}

func wanted(heads []keras.Head, h keras.Head) bool {
	if heads == nil {
		return true
	}
	for _, x := range heads {
		if x == h {
			return true
		}
	}
	return false
}

// constrained is the model whose last kernel, and the bias with it, may not be
// negative. Answers stay positive only where what comes into that layer does.
func constrained(m *keras.Model) *candidate {
	c := &candidate{Candidate: Candidate{Name: string(Constraint), Kind: Constraint}, model: m, min: -inf, max: inf,
		constraints: map[string]*layers.Constraint{}}
	output := m.Outputs()[0].Shape
	layer := ""
	for _, w := range m.Weights() {
		if w.Name == "kernel" && w.Trainable && len(w.Shape) > 0 && w.Shape[len(w.Shape)-1] == output[len(output)-1] {
			layer = w.Layer
		}
	}
	for _, w := range m.Weights() {
		if layer != "" && w.Layer == layer && (w.Name == "kernel" || w.Name == "bias") && w.Trainable {
			key := lastPart(layer) + "." + w.Name
			c.constraints[key] = &layers.Constraint{Kind: layers.NonNeg}
			if c.How != "" {
				c.How += ", "
			}
			c.How += key + " >= 0"
		}
	}
	if layer == "" {
		c.Skipped = "no layer has a trained kernel as wide as the output"
	}
	return c
}

// lastPart is the layer's own name of "outer/inner".
func lastPart(layer string) string {
	for i := len(layer) - 1; i >= 0; i-- {
		if layer[i] == '/' {
			return layer[i+1:]
		}
	}
	return layer
}
