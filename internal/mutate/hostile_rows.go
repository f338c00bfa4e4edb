package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
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
	{"rows of Parquet", func(r *rand.Rand) []byte {
		n := size(r, 1_000_000)
		footer := []string{
			strings.Repeat("\x19", n),                                      // lists in lists
			strings.Repeat("\x1c", n),                                      // structs in structs
			"\x19\xfc" + strings.Repeat("\xff", 9) + "\x01",                // a list without end
			"\x15\x04\x19\xf5\x80\x80\x80\x04" + strings.Repeat("\x00", n), // many numbers
		}[r.IntN(4)]
		return append(binary.LittleEndian.AppendUint32([]byte("PAR1"+footer), uint32(len(footer))), "PAR1"...)
	}},
	{"rows of packed bytes", func(r *rand.Rand) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.CopyN(z, repeat([]string{"1", "1,", "[", "\n", "1,2,3,4\n"}[r.IntN(5)]), int64(size(r, 100_000_000)))
		_ = z.Close()
		return b.Bytes()[:b.Len()-r.IntN(2)]
	}},
	{"rows of pixels", func(r *rand.Rand) []byte {
		head := []string{"\xff\xd8\xff\xc2\x00\x11\x08", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "GIF89a", "BM\x00\x00\x00\x00\x00\x00\x00\x00", "RIFF\x00\x00\x00\x00WEBPVP8L", "II*\x00\x08\x00\x00\x00"}[r.IntN(6)]
		b := make([]byte, size(r, 100_000))
		for i := range b {
			b[i] = byte(r.Uint32() | r.Uint32())
		}
		return append([]byte(head), b...)
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
