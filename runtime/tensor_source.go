package runtime

import (
	"sync"
	"unsafe"
	"weak"

	"github.com/kerasrun/kerasrun/internal/kernel"
)

// source gives the elements of a float32 tensor that are not in memory in order.
type source interface {
	inOrder() unsafe.Pointer // of the elements, row-major; callers share them
	write(dst []float32)     // writes them
}

// onDemand is memory that is there while somebody holds it.
type onDemand struct {
	mu sync.Mutex
	at weak.Pointer[float32]
}

// get returns n elements: those that somebody holds, or new ones that write wrote.
func (o *onDemand) get(n int, write func(dst []float32)) unsafe.Pointer {
	o.mu.Lock()
	defer o.mu.Unlock()
	if p := o.at.Value(); p != nil {
		return unsafe.Pointer(p)
	}
	s := kernel.AlignedFloats(n)
	write(s)
	o.at = weak.Make(&s[0])
	return unsafe.Pointer(&s[0])
}

// memory returns the elements in order.
func (t *Tensor) memory() unsafe.Pointer {
	if t.source != nil {
		return t.source.inOrder()
	}
	return t.data
}

// elements returns the elements of a float32 tensor in order, for a short while: those
// that are not in memory are written to the room.
func (t *Tensor) elements(r *room) []float32 {
	if t.source == nil {
		return t.Float32s()
	}
	e := r.floats(t.n)
	t.source.write(e)
	return e
}
