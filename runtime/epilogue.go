package runtime

import (
	"math"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// epilogue is what rewrites join to a product: a row added to every row, a
// tensor added, bounds, a function. The builder leaves it empty. The bias and
// then the residual come behind the operation's own inputs.
type epilogue struct {
	bias     bool
	residual bool
	lo, hi   float32 // clamp when lo < hi
	act      unary   // applied last when its kind is set
}

// fusible is an operation that takes an epilogue.
type fusible interface {
	operation
	ending() epilogue
	end(epilogue) operation // the same operation with another epilogue
	own() int               // inputs before those of the epilogue
	fuses() bool            // takes an epilogue after all
	sums() bool             // takes a residual
}

func (e epilogue) ending() epilogue { return e }

func (e epilogue) fuses() bool { return true }

// open reports whether the sum itself comes out: nothing bounds it or changes it.
func (e epilogue) open() bool { return !(e.lo < e.hi) && e.act.unaryKind == nil }

func (e epilogue) bounds() (lo, hi float32) {
	if e.lo < e.hi {
		return e.lo, e.hi
	}
	return float32(math.Inf(-1)), float32(math.Inf(1))
}

// fuse sets the activation.
func (e *epilogue) fuse(u unary) {
	switch u.unaryKind {
	case reluKind:
		e.lo, e.hi = 0, float32(math.Inf(1))
	case clampKind, clipKind:
		e.lo, e.hi = u.p, u.q
		if !(e.lo < e.hi) { // an empty range cannot be told from none
			e.lo, e.hi, e.act = 0, 0, u
		}
	default:
		e.act = u
	}
}

// overwrites lets the result be written over the residual.
func (e epilogue) overwrites(n *node) []int {
	if !e.residual {
		return nil
	}
	return []int{len(n.in) - 1}
}

// takesRows is the part of the keepsRows rule that the epilogue adds: own counts the
// operation's own inputs.
func (e epilogue) takesRows(own int, rows []bool) bool {
	if e.bias && rows[own] {
		return false
	}
	return !e.residual || rows[len(rows)-1]
}

// finish is an epilogue on operands.
type finish struct {
	epilogue
	row, add *operand // bias and residual
}

func newFinish(e epilogue, own int, in []operand) finish {
	f := finish{epilogue: e}
	if e.bias {
		f.row = &in[own]
	}
	if e.residual {
		f.add = &in[len(in)-1]
	}
	return f
}

// begin sets what the sums of g start from, what bounds them, and that they go to
// c, which starts at element at of the result, in the given column. Here and in
// apply c is an argument of its own, and not read from g, so that the compiler
// can keep g on the stack.
func (e *finish) begin(f *frame, g *kernel.Gemm, c []float32, at, column int) {
	g.C = c
	g.Min, g.Max = e.bounds()
	var bias []float32
	if e.row != nil {
		bias = f.f32(*e.row)[column:]
		g.Bias = bias
	}
	if e.add == nil {
		return
	}
	g.Accumulate = true
	src := f.f32(*e.add)[at:]
	from, to := columns(g)
	if to-from == g.LDC {
		e.start(c[:g.M*g.LDC], src, bias, g.LDC)
		return
	}
	for r := range g.M {
		e.start(c[r*g.LDC+from:r*g.LDC+to], src[r*g.LDC+from:], bias[min(from, len(bias)):], to-from)
	}
}

// start writes rows of the residual, plus the bias if there is one, to c.
func (e *finish) start(c, residual, bias []float32, width int) {
	switch {
	case e.row != nil:
		kernel.AddRow(c, residual, bias[:width])
	case &c[0] != &residual[0]:
		copy(c, residual)
	}
}

// whole reports whether the product does it all by itself.
func (e *finish) whole() bool { return e.add == nil && e.act.unaryKind == nil }

// apply applies the function to what g computed, in c.
func (e *finish) apply(g *kernel.Gemm, c []float32) {
	if e.act.unaryKind == nil {
		return
	}
	from, to := columns(g)
	if to-from == g.LDC {
		c = c[:g.M*g.LDC]
		e.act.kernel(c, c, e.act.p, e.act.q)
		return
	}
	for r := range g.M {
		row := c[r*g.LDC+from : r*g.LDC+to]
		e.act.kernel(row, row, e.act.p, e.act.q)
	}
}

// columns returns the columns that g computes.
func columns(g *kernel.Gemm) (from, to int) {
	if g.PanelLo == 0 && g.PanelHi == 0 {
		return 0, g.B.N
	}
	return g.PanelLo * kernel.PanelWidth, min(g.PanelHi*kernel.PanelWidth, g.B.N)
}
