package runtime

import (
	"fmt"
	"maps"
	"math"
	"unsafe"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// factor is the memory of a tensor that products read: packed for them and nothing
// else, so that a weight is in memory once, and for all programs of its model.
type factor struct {
	kernel.Packed
	onDemand
}

// NewFactor returns a zeroed Float32 tensor for the right factor of a product over k
// rows: the matrix of k rows that its elements are in order. It is kept as products
// want it; where its elements are asked for they are put in order, into memory that
// lives as long as they are held. set writes elements, whole rows from a row on; it
// may be called at the same time for other rows, and not once the tensor is in use.
func NewFactor(k int, shape ...int) (t *Tensor, set func(row int, data []float32), err error) {
	n, ok := Shape(shape).elements()
	if !ok || k < 1 || n == 0 || n%k != 0 || FactorLen(k, n/k) < 0 {
		return nil, nil, &ShapeError{What: "factor", Wanted: fmt.Sprintf("elements in %d rows, whose size fits the address space", k), Received: Shape(shape).String()}
	}
	f := &factor{Packed: *newPacked(k, n/k)}
	return &Tensor{dtype: Float32, shape: append(Shape{}, shape...), n: n, source: f}, f.SetRows, nil
}

// FactorLen returns how many elements' room a tensor of NewFactor takes: each row is
// filled up. It is -1 where that fits no address space.
func FactorLen(rows, columns int) int {
	const panel, most = kernel.PanelWidth, math.MaxInt / 16
	if rows < 0 || columns < 0 || columns > most-panel || rows > most/(columns+panel) {
		return -1
	}
	return kernel.PackedLen(rows, columns)
}

// factoring is implemented by operations that read inputs as right factors of products:
// factorRows returns the rows of input i there, 0 for other inputs.
type factoring interface{ factorRows(n *node, i int) int }

// Factors tells the parameters that the operations so far use as right factors of
// products and for nothing else, with their rows there.
func (b *Builder) Factors() map[int]int {
	of, rows := map[*Value]int{}, map[int]int{}
	for _, n := range b.nodes {
		if p, ok := n.op.(parameter); ok {
			of[n.out[0]] = p.index
			continue
		}
		for i, v := range n.in {
			p, ok := of[v]
			if !ok {
				continue
			}
			if _, view := n.op.(viewer); view && i == 0 {
				of[n.out[0]] = p
				continue
			}
			k := 0
			if o, ok := n.op.(factoring); ok {
				k = o.factorRows(n, i)
			}
			if old, seen := rows[p]; seen && old != k {
				k = 0
			}
			rows[p] = k
		}
	}
	maps.DeleteFunc(rows, func(_, k int) bool { return k <= 0 })
	return rows
}

// inOrder returns the elements, row-major. Callers share them.
func (f *factor) inOrder() unsafe.Pointer { return f.get(f.K*f.N, f.Unpack) }

// write writes the elements to dst, row-major.
func (f *factor) write(dst []float32) { f.Unpack(dst) }

// factorFor returns the packed matrix of a tensor that is kept so, if it is the one asked for.
func (key packKey) factorFor() *kernel.Packed {
	if f, ok := key.t.source.(*factor); ok && key.k == f.K && key.n == f.N && key.rowStride == f.N && key.colStride == 1 && key.at == 0 {
		return &f.Packed
	}
	return nil
}
