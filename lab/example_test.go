package lab_test

import (
	"context"
	"fmt"
	"log"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// Two heads on rows whose target is the sum of the inputs: what came out for each, and
// which one to take.
func ExampleCompare() {
	m, err := keras.Load("../testdata/models/seed/seed_k3.keras")
	if err != nil {
		log.Fatal(err)
	}
	const rows = 100
	x, y := make([]float32, rows*52), make([]float32, rows)
	for i := range x {
		x[i] = float32(i*i%7) / 7
		y[i/52] += x[i] / 52
	}
	xs, err := runtime.TensorOf(x, rows, 52)
	if err != nil {
		log.Fatal(err)
	}
	ys, err := runtime.TensorOf(y, rows, 1)
	if err != nil {
		log.Fatal(err)
	}
	c, err := lab.Compare(context.Background(), m, &train.Data{X: []*runtime.Tensor{xs}, Y: []*runtime.Tensor{ys}},
		lab.Config{Heads: []keras.Head{keras.Softplus, keras.Exp}, Epochs: 2, Seeds: 1})
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range c.Candidates {
		fmt.Printf("%s: %d epochs, answers of at least %.1f\n", k.Name, len(k.Runs[0].ValidationLoss), k.Min)
	}
	best := c.Candidates[c.Best]
	fmt.Println(best.Kind, lab.Prove(best.Runs[0].Model, 0) == nil)
	// Output:
	// unchanged: 2 epochs, answers of at least 0.3
	// softplus: 2 epochs, answers of at least 0.9
	// exp: 2 epochs, answers of at least 1.4
	// constraint: 2 epochs, answers of at least 0.4
	// head true
}

// A model whose answers are proven never to be negative, whatever its inputs.
func ExampleRange() {
	m, err := keras.Load("../testdata/models/seed/seed_k3.keras")
	if err != nil {
		log.Fatal(err)
	}
	if m, err = m.WithHeads(keras.HeadOptions{Head: keras.Sigmoid, Range: [2]float64{0, 250}}); err != nil {
		log.Fatal(err)
	}
	bounds, err := lab.Range(m, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bounds[0].Lo, bounds[0].Hi)
	// Output: [0] [250]
}
