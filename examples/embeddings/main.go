// Command embeddings finds the rows that a model sees as most alike: it takes what
// an inner layer gives as each row's vector and compares these.
//
//	go run ./examples/embeddings -layer activation_1 -row 3
package main

import (
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/kerasrun/kerasrun/keras"
)

func main() {
	model := flag.String("model", "testdata/models/seed/seed_k3.keras", "the model's `file`")
	rows := flag.String("rows", "testdata/models/seed/rows.csv", "the rows, a CSV `file` with a header")
	layer := flag.String("layer", "activation_1", "the `name` of the layer whose output is the vector")
	row := flag.Int("row", 0, "the row that others are compared with, from 0")
	flag.Parse()
	if err := run(os.Stdout, *model, *rows, *layer, *row); err != nil {
		log.Fatal(err)
	}
}

// run prints the other rows, those most alike first.
func run(w io.Writer, model, rows, layer string, row int) error {
	m, err := keras.Load(model)
	if err != nil {
		return err
	}
	// A program that computes this layer's output and nothing behind it.
	p, err := m.Compile(keras.Outputs(layer))
	if err != nil {
		return err
	}
	x, err := read(rows)
	if err != nil {
		return err
	}
	y, err := p.Predict(x)
	if err != nil {
		return err
	}
	width := p.Outputs()[0].Shape[1]
	vectors := slices.Collect(slices.Chunk(y, width))
	if row < 0 || row >= len(vectors) {
		return fmt.Errorf("-row must be from 0 to %d, received %d", len(vectors)-1, row)
	}
	fmt.Fprintf(w, "%d rows, each a vector of %d numbers from %s\n", len(vectors), width, layer)
	for _, n := range nearest(vectors, row) {
		fmt.Fprintf(w, "row %d  %.4f\n", n.row, n.similarity)
	}
	return nil
}

type neighbour struct {
	row        int
	similarity float64 // the cosine of the angle between the vectors
}

func nearest(vectors [][]float32, row int) []neighbour {
	var all []neighbour
	for i, v := range vectors {
		if i != row {
			all = append(all, neighbour{i, cosine(v, vectors[row])})
		}
	}
	slices.SortFunc(all, func(a, b neighbour) int { return cmp.Compare(b.similarity, a.similarity) })
	return all
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	if ab == 0 {
		return 0 // a vector of zeros is like none
	}
	return ab / math.Sqrt(aa*bb)
}

// read returns the numbers of a CSV file below its header.
func read(path string) ([]float32, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var x []float32
	for i, record := range records[min(1, len(records)):] {
		for _, field := range record {
			v, err := strconv.ParseFloat(field, 32)
			if err != nil {
				return nil, fmt.Errorf("%s: row %d: %w", path, i, err)
			}
			x = append(x, float32(v))
		}
	}
	return x, nil
}
