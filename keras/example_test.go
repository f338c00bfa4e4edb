package keras_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

const seed = "../testdata/models/seed/seed_k2.h5"

// A model file of any Keras, .h5 or .keras, is told by its content.
func ExampleLoad() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	o := m.Origin()
	fmt.Println(m.Name(), "from Keras", o.KerasVersion)
	for _, in := range m.Inputs() {
		fmt.Println("takes", in.Name, in.Shape)
	}
	for _, out := range m.Outputs() {
		fmt.Println("gives", out.Name, out.Shape)
	}
	// Output:
	// sequential from Keras 2.15.0
	// takes dense_input (None, 52)
	// gives activation_2 (None, 1)
}

// A compiled model answers rows, from any number of goroutines.
func ExampleModel_Compile() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Compile()
	if err != nil {
		log.Fatal(err)
	}
	rows := make([]float32, 2*52) // two rows of zeros
	for i := range rows[52:] {
		rows[52+i] = 0.5
	}
	y, err := p.Predict(rows)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", y)
	// Output: [0.390 0.396]
}

// What an inner layer gives, as a program of its own: an embedding of each row.
func ExampleOutputs() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Compile(keras.Outputs("activation_1"))
	if err != nil {
		log.Fatal(err)
	}
	vector, err := p.Predict(make([]float32, 52))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Outputs()[0].Shape, len(vector))

	_, err = m.Compile(keras.Outputs("activation_l"))
	fmt.Println(err)
	// Output:
	// (None, 40) 40
	// the model has no output "activation_l"; nearest are "activation_1", "activation_2", "activation"
}

// Named tensors, with a deadline, into memory that is used again.
func ExampleProgram_RunInto() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Compile(keras.Threads(1))
	if err != nil {
		log.Fatal(err)
	}
	x, err := runtime.NewTensor(runtime.Float32, 2, 52)
	if err != nil {
		log.Fatal(err)
	}
	y, err := runtime.NewTensor(runtime.Float32, 2, 1)
	if err != nil {
		log.Fatal(err)
	}
	in, out := runtime.Feed{"dense_input": x}, runtime.Feed{"activation_2": y}
	for range 3 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		err := p.RunInto(ctx, out, in)
		cancel()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.3f\n", y.Float32s())
		x.Float32s()[0]++
	}
	// Output:
	// [0.390 0.390]
	// [0.392 0.390]
	// [0.395 0.390]
}

// The final tanh of a model gives way to a function that is never negative. The
// weights stay.
func ExampleModel_WithHead() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	positive, err := m.WithHead(keras.Softplus)
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range []*keras.Model{m, positive} {
		p, err := m.Compile()
		if err != nil {
			log.Fatal(err)
		}
		y, err := p.Predict(make([]float32, 52))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.3f\n", y)
	}
	// Output:
	// [0.390]
	// [0.920]
}

// The heads, and what is told of each.
func ExampleHeads() {
	for _, h := range keras.Heads() {
		fmt.Println(h.Head, "=", h.Formula)
	}
	// Output:
	// relu = max(x, 0)
	// softplus = log(1 + e^x)
	// sigmoid = 1 / (1 + e^-x)
	// shifted_tanh = (tanh(x) + 1) / 2
	// exp = e^x
	// square = x²
	// abs = |x|
	// softabs = x²/2 for |x| < 1, else |x| - 1/2
}

// What is saved, real Keras opens. The name tells the format.
func ExampleModel_Save() {
	m, err := keras.Load(seed)
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "kerasrun")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.keras")
	if err := m.Save(path); err != nil {
		log.Fatal(err)
	}
	again, err := keras.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Origin().Format, len(again.Weights()), "weights")
	// Output: keras 6 weights
}
