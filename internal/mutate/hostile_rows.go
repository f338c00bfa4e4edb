package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

// rows are hostile rows for a model of one input of four numbers.
var rows = []generator{
	{"rows of commas", func(r *rand.Rand) []byte {
		return []byte(strings.Repeat([]string{",", ",\n", "\n", `"`, `"",`, "1,", "a", " ", "\r"}[r.IntN(9)], size(r, 10_000_000)))
	}},
	{"rows of columns", func(r *rand.Rand) []byte {
		n := size(r, 1_000_000)
		head := strings.Join(times(n, func(i int) string { return fmt.Sprint("c", i) }), ",")
		return []byte(head + "\n" + strings.Repeat("1,", n) + "\n")
	}},
	{"rows of numbers", func(r *rand.Rand) []byte {
		n := []string{large(r), strings.Repeat("9", size(r, 1_000_000)), "1e" + strings.Repeat("9", size(r, 100_000)), "0x1p-99999", "0." + strings.Repeat("0", size(r, 1_000_000))}[r.IntN(5)]
		return []byte(strings.Repeat(n+",1,2,3\n", size(r, 10)))
	}},
	{"rows of JSON", func(r *rand.Rand) []byte {
		n := size(r, 1_000_000)
		switch r.IntN(5) {
		case 0:
			return []byte(`{"input": ` + strings.Repeat("[", n))
		case 1:
			return []byte(strings.Repeat(`{"input": [1,2,3,4], "a": 1, "b": {}}`+"\n", n/10+1))
		case 2:
			return []byte(`{"input": [` + strings.Repeat("1,", n) + "1]}")
		case 3:
			return []byte("{" + strings.Join(times(n/10+1, func(i int) string { return fmt.Sprintf(`"k%d": 1`, i) }), ",") + "}")
		}
		return []byte(`{"` + strings.Repeat("k", n) + `": 1}`)
	}},
	{"rows of NumPy", func(r *rand.Rand) []byte {
		return append(npyHead(large(r)+", "+large(r)), make([]byte, size(r, 1<<20))...)
	}},
}

func isRows(kind string) bool { return strings.HasPrefix(kind, "rows of ") }

// tryRows reads rows. Any error will do.
func tryRows(data []byte) trial.Report {
	return trial.Do(func(*trial.Report) error {
		m, err := keras.FromConfig([]byte(small()))
		if err != nil {
			return err
		}
		reader, err := table.Open(table.Stream("rows", bytes.NewReader(data)), &table.Wanted{Inputs: m.Inputs()})
		for err == nil {
			_, err = reader.Next(64)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
}
