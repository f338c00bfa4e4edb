package table

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/kerasrun/kerasrun/internal/arrays"
	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// ReadTraining reads what a model is trained on: a .npz file with x and y, or
// x_NAME and y_NAME, or x_0 and y_0, and sample_weight if wanted; or a CSV file
// with a header, of whose columns targets are the outputs and sample_weight, if
// there is one, the weights of the rows. Without targets the last columns are
// it, as many as the inputs leave.
func ReadTraining(path string, inputs, outputs []keras.Port, targets []string) (*train.Data, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := readTraining(f, inputs, outputs, targets)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func readTraining(from io.Reader, inputs, outputs []keras.Port, targets []string) (*train.Data, error) {
	r := bufio.NewReaderSize(from, 64<<10)
	if _, err := r.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no rows: the file is empty")
		}
		return nil, err
	}
	switch sniff(r) {
	case NPZ:
		if len(targets) > 0 {
			return nil, errors.New("target columns are for CSV: in a .npz the targets are y")
		}
		a, err := archive(from, r)
		if err != nil {
			return nil, err
		}
		return trainingNPZ(a, inputs, outputs)
	case CSV:
		return trainingCSV(r, inputs, outputs, targets)
	}
	return nil, errors.New("training data must be CSV with a header, or .npz with x and y")
}

func trainingNPZ(a npz.Archive, inputs, outputs []keras.Port) (*train.Data, error) {
	d := &train.Data{}
	for i, p := range inputs {
		t, err := trainingArray(a, "x", i, p, len(inputs), p.DType)
		if err != nil {
			return nil, err
		}
		if s := t.Shape(); len(s) == 0 || !fits(s[1:], p) {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("x for input %q", p.Name), Wanted: p.Shape.String(), Received: s.String()}
		}
		d.X = append(d.X, t)
	}
	for i, p := range outputs {
		t, err := trainingArray(a, "y", i, p, len(outputs), runtime.Float32)
		if err != nil {
			return nil, err
		}
		if s := t.Shape(); len(s) == 0 || !targetFits(s[1:], p) {
			return nil, &runtime.ShapeError{What: fmt.Sprintf("y for output %q", p.Name), Wanted: p.Shape.String() + ", or a class for each row of it", Received: s.String()}
		}
		d.Y = append(d.Y, t)
	}
	if w := a.Get("sample_weight"); w != nil {
		var err error
		if d.SampleWeight, err = w.Float32s(); err != nil {
			return nil, fmt.Errorf("sample_weight: %w", err)
		}
	}
	return d, nil
}

// targetFits reports whether targets of this shape a row go with an output: its
// own shape, or numbers of classes instead of its last axis.
func targetFits(shape []int, p keras.Port) bool {
	if fits(shape, p) {
		return true
	}
	classes := p
	if n := len(p.Shape); n > 1 {
		classes.Shape = p.Shape[:n-1]
		if k := len(shape); k > 0 && shape[k-1] == 1 && k == n-1 {
			shape = shape[:k-1]
		}
	}
	return fits(shape, classes)
}

// trainingArray finds the array of one input or output.
func trainingArray(a npz.Archive, prefix string, i int, p keras.Port, n int, dtype runtime.DType) (*runtime.Tensor, error) {
	names := []string{prefix + "_" + p.Name, fmt.Sprint(prefix, "_", i)}
	if n == 1 {
		names = append(names, prefix)
	}
	m := member(a, names...)
	if m == nil {
		return nil, fmt.Errorf("the archive has no array %q, or %q, for %q; it has %s", names[len(names)-1], names[0], p.Name, memberNames(a))
	}
	t, err := arrays.Tensor(m, dtype)
	if err != nil {
		return nil, fmt.Errorf("%s for %q: %w", prefix, p.Name, err)
	}
	return t, nil
}

func trainingCSV(r *bufio.Reader, inputs, outputs []keras.Port, targets []string) (*train.Data, error) {
	c := &csvReader{csv: newCSV(r)}
	header, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("no rows: the file is blank")
	}
	if err != nil {
		return nil, err
	}
	if !mostlyText(header) {
		return nil, errors.New("training data in CSV must have a header that names the columns, received numbers in the first row")
	}
	s := columns{inputs: inputs, outputs: outputs}
	if err := s.assign(header, targets); err != nil {
		return nil, err
	}
	c.names, c.order = append([]string{}, header...), s.order
	c.read(s.ports)
	if err := c.layout(len(s.order)); err != nil {
		return nil, err
	}
	c.width = len(header)
	all, err := c.Next(math.MaxInt)
	if err != nil {
		return nil, err
	}
	d := &train.Data{X: all[:len(inputs)], Y: all[len(inputs) : len(inputs)+len(outputs)]}
	if len(all) > len(inputs)+len(outputs) {
		d.SampleWeight = all[len(all)-1].Float32s()
	}
	return d, nil
}
