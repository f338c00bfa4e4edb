package table

import (
	"fmt"
	"io"

	"github.com/kerasrun/kerasrun/train"
)

// StreamTraining is the rows that a model is trained on, read anew from where open
// finds them for each epoch.
func StreamTraining(open func() (in *Input, done func(), err error), w *Wanted) train.Dataset {
	return &dataset{open, w}
}

type dataset struct {
	open func() (*Input, func(), error)
	w    *Wanted
}

// Open implements train.Dataset.
func (d *dataset) Open() (train.Rows, error) {
	in, done, err := d.open()
	if err != nil {
		return nil, err
	}
	r, err := Open(in, d.w)
	if err != nil {
		done()
		return nil, err
	}
	if n, ok := r.(named); ok {
		if _, whole := n.Reader.(*tensorReader); whole {
			done()
			return nil, fmt.Errorf("%s: an .npz archive is read as a whole: only CSV, JSON lines, Parquet and images can be streamed", in.Name)
		}
	}
	return &trainingRows{r, d.w, done}, nil
}

type trainingRows struct {
	Reader
	w    *Wanted
	done func()
}

// Next implements train.Rows.
func (r *trainingRows) Next(n int) (*train.Data, error) {
	all, err := r.Reader.Next(min(n, rowsAtOnce(r.w)))
	if err != nil {
		return nil, err
	}
	d, _ := r.w.training(all)
	return d, nil
}

// Close implements train.Rows.
func (r *trainingRows) Close() (err error) {
	if c, ok := r.Reader.(io.Closer); ok {
		err = c.Close()
	}
	r.done()
	return err
}
