package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// What happens to a row that cannot be read.
const (
	onErrorStop = "stop"
	onErrorSkip = "skip"
	onErrorNull = "null"
)

// prediction reads, computes and writes rows, each in a goroutine of its own. The
// order stays, and no more than a few batches are on their way.
type prediction struct {
	a       *app
	p       *keras.Program
	rows    table.Reader
	wanted  *table.Wanted // of rows, with what was found
	kept    []keras.Port  // what is carried along, once it is known
	to      *answers
	batch   int
	skip    int // rows that are answered already
	onError string
	bar     *rowsBar

	bad int // rows that could not be read
}

// batch is rows on their way: what the model takes, what is carried along, and
// then what it answers. One of no inputs is a row that could not be read.
type batch struct {
	inputs, kept, outputs []*runtime.Tensor
	ports                 []keras.Port // of kept
	err                   error
}

const ahead = 2 // batches that wait

// run goes through all rows. What comes before an error is written.
func (t *prediction) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	read, computed := make(chan batch, ahead), make(chan batch, ahead)
	go t.read(ctx, read)
	go t.compute(ctx, read, computed)
	err := t.write(ctx, computed)
	if err == nil && !t.to.begun() {
		err = t.to.begin(append(t.kept, t.to.ports(t.p.Outputs())...))
	}
	t.bar.end()
	if t.bad > 0 {
		fmt.Fprintf(t.a.stderr, "kerasrun: %s rows could not be read: %s\n", thousands(int64(t.bad)), map[string]string{onErrorSkip: "left out", onErrorNull: "answered with null"}[t.onError])
	}
	end := t.to.end()
	if p := new(*fs.PathError); errors.As(err, p) && errors.Is(end, *p) {
		return err // a file that could not be written cannot be closed either
	}
	return errors.Join(err, end)
}

// read sends batches until there are no more, or none can be read.
func (t *prediction) read(ctx context.Context, out chan<- batch) {
	defer close(out)
	for {
		b, err := t.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if b.err = err; err == nil && b.inputs == nil {
			continue
		}
		select {
		case out <- b:
		case <-ctx.Done():
			return
		}
		var row *table.RowError
		if err != nil && (t.onError == onErrorStop || !errors.As(err, &row)) {
			return
		}
	}
}

// next reads a batch and copies it, for the reader uses its memory again. Rows
// that are answered already are left out.
func (t *prediction) next() (batch, error) {
	n := t.batch
	if t.skip > 0 {
		n = min(n, t.skip)
	}
	in, err := t.rows.Next(n)
	var row *table.RowError
	if err != nil {
		if t.skip > 0 && errors.As(err, &row) && t.onError == onErrorNull {
			t.skip--
			return batch{}, nil
		}
		return batch{}, err
	}
	if t.skip > 0 {
		t.skip -= in[0].Shape()[0]
		return batch{}, nil
	}
	copies := make([]*runtime.Tensor, len(in))
	for i := range in {
		copies[i] = in[i].Clone()
	}
	k := len(t.p.Inputs())
	return batch{inputs: copies[:k:k], kept: copies[k:], ports: t.wanted.Found.Kept()}, nil
}

func (t *prediction) compute(ctx context.Context, in <-chan batch, out chan<- batch) {
	defer close(out)
	for b := range in {
		if b.err == nil {
			b.outputs, b.err = t.p.RunAll(ctx, b.inputs)
		}
		select {
		case out <- b:
		case <-ctx.Done():
			return
		}
	}
}

func (t *prediction) write(ctx context.Context, in <-chan batch) error {
	for {
		var b batch
		var more bool
		select {
		case b, more = <-in:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !more {
			return ctx.Err()
		}
		var row *table.RowError
		if b.err != nil && (t.onError == onErrorStop || !errors.As(b.err, &row)) {
			return b.err
		}
		rows := 1
		if b.err == nil {
			t.kept, rows = b.ports, b.inputs[0].Shape()[0]
		} else {
			if t.report(b.err); t.onError == onErrorSkip {
				continue
			}
			var err error
			if b.kept, b.outputs, err = t.null(); err != nil {
				return errors.Join(b.err, err)
			}
		}
		if err := t.to.write(t.kept, b.kept, t.p.Outputs(), b.outputs); err != nil {
			return err
		}
		t.bar.add(rows)
	}
}

// report lists a row that could not be read; of many the first ones.
func (t *prediction) report(err error) {
	const most = 20
	if t.bad++; t.bad <= most {
		t.bar.end()
		fmt.Fprintf(t.a.stderr, "kerasrun: %v\n", err)
	}
	if t.bad == most {
		fmt.Fprintln(t.a.stderr, "kerasrun: more rows that cannot be read are counted only")
	}
}

// null is the answer to a row that could not be read: numbers that are none, and
// empty text.
func (t *prediction) null() (kept, outputs []*runtime.Tensor, err error) {
	if t.kept == nil && t.wanted.KeepAll {
		return nil, nil, errors.New("--keep all does not know the columns before a row that can be read")
	}
	for range t.kept {
		empty, err := runtime.TensorOf([]string{""}, 1)
		if err != nil {
			return nil, nil, err
		}
		kept = append(kept, empty)
	}
	for _, p := range t.p.Outputs() {
		shape := append([]int{1}, p.Shape[1:]...)
		if p.DType != runtime.Float32 && p.DType != runtime.String {
			return nil, nil, fmt.Errorf("--on-error null needs outputs that can be null, %q is of type %s", p.Name, p.DType)
		}
		for _, d := range shape {
			if d < 0 {
				return nil, nil, fmt.Errorf("--on-error null needs outputs of known size, %q is %s", p.Name, p.Shape)
			}
		}
		out, err := runtime.NewTensor(p.DType, shape...)
		if err != nil {
			return nil, nil, err
		}
		for i := range out.Float32s() {
			out.Float32s()[i] = float32(math.NaN())
		}
		outputs = append(outputs, out)
	}
	return kept, outputs, nil
}
