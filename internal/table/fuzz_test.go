package table

import (
	"bytes"
	"os"
	"testing"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// FuzzReaders reads rubbish as rows and as training data: errors are welcome,
// panics are not, and whatever is read has the inputs' shapes.
func FuzzReaders(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "1;2\n3;4", "[[1,2],[3]]", `{"x":[1,2],"n":[[3]]}`, "\ufeff1,2,3\n", "\"", "PK\x05\x06", "\x93NUMPY\x01\x00v\x00", "x,y,sample_weight\n1,2,3\n"} {
		f.Add([]byte(s))
	}
	for _, name := range []string{"rows.tfrecord", "rows.tfrecord.gz"} {
		b, err := os.ReadFile("../tfrecord/testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	sets := [][]keras.Port{
		{port("x", runtime.Float32, 2)},
		{port("x", runtime.Float32, 2), port("n", runtime.Int64, runtime.Unknown, 1)},
		{port("x", runtime.Bool)},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, inputs := range sets {
			if r, err := rowsOfText(bytes.NewReader(data), inputs, HeaderAuto); err == nil {
				batches, _, _ := all(r, 3)
				for _, b := range batches {
					for i, in := range b {
						if s := in.Shape(); len(s) == 0 || !fits(s[1:], inputs[i]) || in.DType() != inputs[i].DType {
							t.Errorf("%v for %v", in.Type(), inputs[i].Type)
						}
					}
				}
			}
			_, _, _ = ReadTraining(Stream("rows", bytes.NewReader(data)), &Wanted{Inputs: inputs, Outputs: sets[0]})
		}
	})
}
