// Command customlayer runs a model with a layer of its own class: model.py is the
// layer in Keras and writes model.keras, attention_pool.go is the same in Go.
//
//	go run ./examples/customlayer
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/kerasrun/kerasrun/keras"
)

func main() {
	if err := run(os.Stdout, "examples/customlayer/model.keras"); err != nil {
		log.Fatal(err)
	}
}

// rows are lists of words, 0 where a list has ended.
var rows = []float32{
	1, 2, 3, 0,
	5, 4, 0, 0,
	2, 2, 1, 5,
}

// run prints the model's answers for rows.
func run(w io.Writer, model string) error {
	m, err := keras.Load(model)
	if err != nil {
		return err
	}
	p, err := m.Compile()
	if err != nil {
		return err
	}
	y, err := p.Predict(rows)
	if err != nil {
		return err
	}
	for i := 0; i < len(y); i += 2 {
		fmt.Fprintf(w, "%.4f %.4f\n", y[i], y[i+1])
	}
	return nil
}
