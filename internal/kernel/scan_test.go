package kernel

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestRangeInt32(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for n := 1; n <= 70; n++ {
			mem := guarded(t, n, 0, n%2 == 0)
			p := unsafe.Slice((*int32)(unsafe.Pointer(&mem[0])), n)
			for i := range p {
				p[i] = int32(rng.Uint32())
			}
			wantLo, wantHi := rangeInt32Go(p)
			lo, hi := rangeInt32(p)
			assert.Equal(t, wantLo, lo, n)
			assert.Equal(t, wantHi, hi, n)
		}
	})
}
