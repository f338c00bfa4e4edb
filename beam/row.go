package kerasbeam

import (
	"fmt"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Row is what a model takes for one row.
type Row struct {
	// Part is the number of what the row was read from: the answers of a part are
	// written to one file.
	Part int64
	// Source and Number, from 1 on, name the row where it fails.
	Source string
	Number int64
	// Kept is carried along.
	Kept []string
	// Data are the elements of all inputs, as PackRow makes them.
	Data []byte
}

// Answer is what a model answers to a row: Part, Source, Number and Kept are the
// row's.
type Answer struct {
	Part   int64
	Source string
	Number int64
	Kept   []string
	// Data are the elements of all outputs. Unpack takes them apart.
	Data []byte
}

// Failure is a row that has no answer, and why.
type Failure struct {
	Part   int64  `json:"-"`
	Source string `json:"file"`
	Number int64  `json:"row"`
	Error  string `json:"error"`
	// Rest says that nothing behind the row could be read of the source.
	Rest bool `json:"rest,omitempty"`
}

// PackRow is the Data of a row: one row of each tensor, whose first axis is that of
// rows, in the order of the ports.
func PackRow(ports []keras.Port, tensors []*runtime.Tensor, row int) ([]byte, error) {
	if len(ports) != len(tensors) {
		return nil, fmt.Errorf("wanted %d tensors, received %d", len(ports), len(tensors))
	}
	var b []byte
	for i, t := range tensors {
		if len(t.Shape()) == 0 || row < 0 || row >= t.Shape()[0] || t.DType() != ports[i].DType || len(t.Shape()) != len(ports[i].Shape) {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("%q, row %d", ports[i].Name, row), Wanted: ports[i].Type.String(), Received: t.Type().String()}
		}
	}
	return packRow(b, ports, tensors, row), nil
}

// Unpack gives the outputs of an answer, each with one row.
func (a *Answer) Unpack(outputs []keras.Port) ([]*runtime.Tensor, error) {
	u := newUnpacker(outputs)
	if err := u.add(a.Data); err != nil {
		return nil, err
	}
	return u.tensors()
}
