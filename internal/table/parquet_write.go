package table

import (
	"bufio"
	"fmt"

	"github.com/kerasrun/kerasrun/internal/parquet"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// parquetWriter writes a column for each output: of numbers where a row has one,
// else of lists as deep as a row has axes.
type parquetWriter struct {
	w       *parquet.Writer
	outputs []keras.Port
	single  []bool // outputs that are one number a row
}

var parquetTypes = map[runtime.DType]parquet.Type{runtime.Float32: parquet.Float32, runtime.Int32: parquet.Int32, runtime.Int64: parquet.Int64, runtime.Bool: parquet.Bool, runtime.String: parquet.Text}

func writeParquet(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	p := &parquetWriter{outputs: outputs}
	var list []parquet.Field
	for _, o := range outputs {
		t, ok := parquetTypes[o.DType]
		if !ok {
			return nil, fmt.Errorf("output %q of type %s cannot be written to Parquet", o.Name, o.DType)
		}
		f := parquet.Field{Name: o.Name, Type: t, Lists: len(rowShape(o))}
		single := count(rowShape(o)) == 1
		if single {
			f.Lists = 0
		}
		list, p.single = append(list, f), append(p.single, single)
	}
	p.w = parquet.NewWriter(w, list)
	return p, nil
}

// Write implements Writer.
func (p *parquetWriter) Write(out []*runtime.Tensor) error {
	rows, err := rowsOf(out, p.outputs)
	if err != nil {
		return err
	}
	for r := range rows {
		for i, t := range out {
			var dims []int
			if !p.single[i] {
				dims = t.Shape()[1:]
			}
			p.w.Append(i, elementsOfRow(t, r, rows), dims)
		}
		if err := p.w.EndRow(); err != nil {
			return err
		}
	}
	return nil
}

// Close implements Writer.
func (p *parquetWriter) Close() error { return p.w.Close() }

// elementsOfRow is the slice of a tensor's elements in row r of so many.
func elementsOfRow(t *runtime.Tensor, r, rows int) any {
	switch t.DType() {
	case runtime.Int32:
		return rowOf(t.Int32s(), r, rows)
	case runtime.Int64:
		return rowOf(t.Int64s(), r, rows)
	case runtime.Bool:
		return rowOf(t.Bools(), r, rows)
	case runtime.String:
		return rowOf(t.Strings(), r, rows)
	}
	return rowOf(t.Float32s(), r, rows)
}
