package lambda

import (
	"encoding/base64"
	"errors"
	"path/filepath"
	"testing"
)

// FuzzLift: no bytes make it panic, hang or answer with anything but a formula
// or an *Error.
func FuzzLift(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join(fixtures, "py*.json"))
	for _, file := range files {
		var codes map[string]string
		readJSON(f, filepath.Base(file), &codes)
		for _, name := range []string{"scale", "euclidean", "closure", "conditional", "imports", "inner", "unpack", "reversed"} {
			data, err := base64.StdEncoding.DecodeString(codes[name])
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, 1, false)
			f.Add(data, 2, true)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, inputs int, list bool) {
		if inputs < 1 || inputs > 4 {
			inputs = 1
		}
		budget := 2000
		l, err := Lift(Source{Code: base64.StdEncoding.EncodeToString(data)}, Options{Keras: "2.15.0", Era: 2, Inputs: inputs, List: list || inputs > 1, Budget: &budget})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if l.Formula == "" || len(l.Outputs) == 0 {
			t.Fatalf("an empty answer: %+v", l)
		}
		l.Config()
	})
}
