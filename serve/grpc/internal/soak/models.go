package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

const (
	width = 52 // of a row
	rows  = 16 // of a request
)

// model makes a model of dense layers with weights of this seed, whose answers take
// some milliseconds of a core for each request, and saves it. Under overload two
// requests are turned away for each that is answered, so nine tenths can remain only
// where an answer takes twenty times the work of saying no.
func model(path string, seed uint64) (*keras.Model, error) {
	layers := []string{fmt.Sprintf(`{"class_name":"InputLayer","config":{"name":"x","batch_shape":[null,%d],"dtype":"float32"}}`, width)}
	for i, units := range []int{1024, 1024, 1024, 1024, 1024, 1024, 1} {
		layers = append(layers, fmt.Sprintf(`{"class_name":"Dense","config":{"name":"dense_%d","units":%d,"activation":"tanh"}}`, i, units))
	}
	m, err := keras.FromConfig([]byte(`{"class_name":"Sequential","config":{"name":"soak","layers":[` + strings.Join(layers, ",") + `]}}`))
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, 1))
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		v := w.Value.Clone()
		for i := range v.Float32s() {
			v.Float32s()[i] = float32(random.NormFloat64()) / 16
		}
		values = append(values, v)
	}
	if m, err = m.WithWeights(values); err != nil {
		return nil, err
	}
	return m, m.Save(path)
}

// answers to rows of several requests, by one model.
func answers(m *keras.Model, requests [][]float32) ([][]float32, error) {
	p, err := m.Compile()
	if err != nil {
		return nil, err
	}
	var all [][]float32
	for _, x := range requests {
		y, err := p.Predict(x)
		if err != nil {
			return nil, err
		}
		all = append(all, y)
	}
	return all, nil
}

// requests are rows drawn at random.
func requests(n int) (all [][]float32) {
	random := rand.New(rand.NewPCG(7, 7))
	for range n {
		x := make([]float32, rows*width)
		for i := range x {
			x[i] = float32(random.NormFloat64())
		}
		all = append(all, x)
	}
	return all
}

// replace puts a file in the place of another at once, as a deployment should.
func replace(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
