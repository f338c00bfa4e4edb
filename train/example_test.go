package train_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// A model goes on training with what its file was compiled with, here with a
// head that is never negative.
func ExampleFit() {
	m, err := keras.Load("../testdata/models/seed/seed_k2.h5")
	if err != nil {
		log.Fatal(err)
	}
	if m, err = m.WithHead(keras.Softplus); err != nil {
		log.Fatal(err)
	}
	// Rows and targets: one tensor for each input and output.
	const rows = 260
	x, y := make([]float32, rows*52), make([]float32, rows)
	for i := range x {
		x[i] = float32(math.Sin(float64(i)))
	}
	for i := range y {
		y[i] = 0.5
	}
	xs, err := runtime.TensorOf(x, rows, 52)
	if err != nil {
		log.Fatal(err)
	}
	ys, err := runtime.TensorOf(y, rows, 1)
	if err != nil {
		log.Fatal(err)
	}
	data := &train.Data{X: []*runtime.Tensor{xs}, Y: []*runtime.Tensor{ys}}
	h, err := train.Fit(context.Background(), m, data, train.Config{Epochs: 10, BatchSize: 52, NoShuffle: true})
	if err != nil {
		log.Fatal(err)
	}
	loss := h.Epochs["loss"]
	fmt.Printf("loss from %.2f to %.2f\n", loss[0], loss[len(loss)-1])
	fmt.Println(len(h.Model.Weights()), "weights, ready to save")
	// Output:
	// loss from 0.42 to 0.27
	// 6 weights, ready to save
}
