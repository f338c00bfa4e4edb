package table

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// gatherer makes batches of rows that a format reads one by one. Rows of different
// shapes do not come together.
type gatherer struct {
	cells, next []cells         // the rows that come together, and one that has been read
	shapes      []runtime.Shape // of next
	ready       bool            // next is not yet part of the rows
	failed      error           // of a row behind those that were returned
}

// rows gives up to n rows, and not many more than most bytes. read puts a row into next
// and shapes; it ends with io.EOF, and any other error comes behind the rows before it.
func (g *gatherer) rows(n, most int, read func() error) ([]*runtime.Tensor, error) {
	if err := g.failed; err != nil {
		g.failed = nil
		return nil, err
	}
	for i := range g.cells {
		g.cells[i].reset()
	}
	var shapes []runtime.Shape
	rows, size := 0, 0
	for ; rows < n && size < most; rows++ {
		if !g.ready {
			if err := read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil && rows == 0 {
				return nil, err
			} else if err != nil {
				g.failed = err
				break
			}
		}
		if g.ready = shapes != nil && !slices.EqualFunc(shapes, g.shapes, runtime.Shape.Equal); g.ready {
			break
		}
		if shapes == nil {
			shapes = slices.Clone(g.shapes)
		}
		for i := range g.next {
			g.cells[i].move(&g.next[i])
			size += g.next[i].size()
		}
	}
	if rows == 0 {
		return nil, io.EOF
	}
	out := make([]*runtime.Tensor, len(g.cells))
	for i := range out {
		var err error
		if out[i], err = g.cells[i].tensor(append([]int{rows}, shapes[i]...)...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// numbered counts a row that was read, and names it where that failed.
func numbered(row *int, err error) error {
	if errors.Is(err, io.EOF) {
		return err
	}
	if *row++; err != nil {
		return fmt.Errorf("row %d: %w", *row, err)
	}
	return nil
}
