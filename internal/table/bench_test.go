package table

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// BenchmarkCSV reads rows of 52 numbers.
func BenchmarkCSV(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for range 4096 {
		for c := range 52 {
			if c > 0 {
				text = append(text, ',')
			}
			text = strconv.AppendFloat(text, float64(float32(r.NormFloat64())), 'g', -1, 32)
		}
		text = append(text, '\n')
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		rows, err := Open(Stream("rows", bytes.NewReader(text)), &Wanted{Inputs: []keras.Port{port("x", runtime.Float32, 52)}, Header: HeaderNo})
		for err == nil {
			_, err = rows.Next(1024)
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
