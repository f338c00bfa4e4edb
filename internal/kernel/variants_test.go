package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// eachVariant runs f once for every form this machine can run and says which
// it could not.
func eachVariant(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for _, v := range Variants() {
		t.Run(v.String(), func(t *testing.T) {
			defer Use(v)()
			f(t)
		})
	}
}

func TestVariants(t *testing.T) {
	have := Variants()
	t.Logf("this machine runs %v of %v; active: %v", have, variantNames, Active())
	assert.Equal(t, Generic, have[0])
	assert.Contains(t, have, Active())
	for v := Generic; v <= VNNI; v++ {
		if !assert.ObjectsAreEqual(true, contains(have, v)) {
			t.Logf("not tested here: %v", v)
			assert.Panics(t, func() { Use(v) })
		}
	}
	restore := Use(Generic)
	assert.Equal(t, Generic, Active())
	restore()
	assert.Equal(t, Generic, choose("generic"))
	assert.Equal(t, have[len(have)-1], choose("no such"))
	assert.Equal(t, "Variant(9)", Variant(9).String())
}

func contains(have []Variant, v Variant) bool {
	for _, h := range have {
		if h == v {
			return true
		}
	}
	return false
}

// sameFloat reports equality in which NaN equals NaN.
func sameFloat(a, b float32) bool {
	return a == b || (math.IsNaN(float64(a)) && math.IsNaN(float64(b)))
}
