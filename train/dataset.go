package train

import (
	"io"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Dataset gives the rows of an epoch piece by piece, so that they need not fit into
// memory. *Data is one that is there at once.
type Dataset interface {
	// Open begins with the first row. Fit opens a Dataset that is no *Data once to count
	// its rows and to look at their values, and once for each epoch: the rows must be the
	// same ones.
	Open() (Rows, error)
}

// Rows are the rows of a Dataset.
type Rows interface {
	// Next returns up to n rows, which are valid until the next call, and io.EOF behind
	// the last one. All rows have the same shapes.
	Next(n int) (*Data, error)
	Close() error
}

// Open implements Dataset.
func (d *Data) Open() (Rows, error) { return &dataRows{d, 0}, nil }

type dataRows struct {
	*Data
	at int
}

// Next implements Rows.
func (r *dataRows) Next(n int) (*Data, error) {
	lo, hi := r.at, min(r.at+max(n, 1), r.Rows())
	if r.at = hi; lo == hi {
		return nil, io.EOF
	}
	return r.Slice(lo, hi), nil
}

// Close implements Rows.
func (r *dataRows) Close() error { return nil }

// eachPiece calls do with all rows of a dataset, piece by piece.
func eachPiece(d Dataset, n int, do func(*Data) error) error {
	rows, err := d.Open()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // what was only read
	for {
		piece, err := rows.Next(n)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(piece)
		}
		if err != nil {
			return err
		}
	}
}

// survey reads a dataset once, for a checker to see all rows, and returns a copy of the
// first one.
func survey(d Dataset, m *keras.Model, c *checker) (first *Data, err error) {
	err = eachPiece(d, pieceRows, func(piece *Data) error {
		if err := piece.check(m); err != nil {
			return err
		}
		if first == nil {
			first = piece.Take([]int{0})
		}
		return c.add(piece)
	})
	if err == nil && first == nil {
		err = &runtime.ShapeError{What: "data", Wanted: "at least one row", Received: "none"}
	}
	return first, err
}

// pieceRows is how many rows are asked for at a time.
const pieceRows = 1024
