package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A hostile file depends on its seed and number alone, one of each kind is made in
// turn, and kinds differ from number to number.
func TestHostileFilesRepeat(t *testing.T) {
	if testing.Short() {
		t.Skip("writes large archives")
	}
	kinds := map[string]bool{}
	for k, g := range generators {
		kind, data := hostile(1, k)
		_, same := hostile(1, k)
		require.Equal(t, g.name, kind)
		assert.Equal(t, data, same, kind)
		assert.NotEmpty(t, data, kind)
		kinds[kind] = true
	}
	assert.Len(t, kinds, len(generators), "kinds have names of their own")
}
