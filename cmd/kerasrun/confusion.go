package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// maxConfusion is the most classes that a table of them is of use for.
const maxConfusion = 50

// confusion counts rows by the class of the target and the class that is
// predicted.
type confusion struct {
	output    string
	at        int     // among the model's outputs
	counts    [][]int // by target, then by prediction
	threshold float32 // of a single output, above which the class is 1
}

// newConfusion returns nil for an output that is no classifier of rows.
func newConfusion(o keras.Port, l losses.Loss, y *runtime.Tensor) *confusion {
	if !strings.HasSuffix(losses.Name(l), "crossentropy") || len(o.Type.Shape) != 2 || len(y.Shape()) > 2 {
		return nil
	}
	classes := o.Type.Shape[1]
	binary := strings.HasPrefix(losses.Name(l), "binary")
	if binary && classes != 1 || !binary && classes == 1 && losses.Name(l) != "crossentropy" || classes > maxConfusion {
		return nil
	}
	c := &confusion{output: o.Name, threshold: 0.5, counts: make([][]int, max(2, classes))}
	if fromLogits(l) {
		c.threshold = 0
	}
	for i := range c.counts {
		c.counts[i] = make([]int, len(c.counts))
	}
	return c
}

// add counts rows. Targets that are no class are left out.
func (c *confusion) add(y, p *runtime.Tensor) {
	for r := range p.Shape()[0] {
		target, predicted := c.classOf(y, r), c.classOf(p, r)
		if target >= 0 && target < len(c.counts) {
			c.counts[target][predicted]++
		}
	}
}

// classOf is the place of a row's largest element. A single integer is the class; a
// single number is 1 above the threshold.
func (c *confusion) classOf(t *runtime.Tensor, r int) int {
	width := t.Len() / max(1, t.Shape()[0])
	switch {
	case t.DType() == runtime.Int32 && width == 1:
		return int(t.Int32s()[r])
	case t.DType() == runtime.Int64 && width == 1:
		return int(t.Int64s()[r])
	case t.DType() != runtime.Float32:
		return -1
	}
	row := t.Float32s()[r*width:][:width]
	if width == 1 && len(c.counts) > 2 { // targets of a sparse loss
		return int(row[0])
	}
	if width == 1 {
		if row[0] > c.threshold {
			return 1
		}
		return 0
	}
	best := 0
	for k, v := range row {
		if v > row[best] {
			best = k
		}
	}
	return best
}

// print writes the table.
func (c *confusion) print(to io.Writer) error {
	fmt.Fprintf(to, "\n%s: rows by target (down) and prediction (across)\n", c.output)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i := range c.counts {
		fmt.Fprintf(w, "\t%d", i)
	}
	fmt.Fprintln(w, "\t")
	for i, row := range c.counts {
		fmt.Fprint(w, i)
		for _, n := range row {
			fmt.Fprintf(w, "\t%d", n)
		}
		fmt.Fprintln(w, "\t")
	}
	return w.Flush()
}
