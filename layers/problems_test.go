package layers

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A hostile file does not make messages that are longer than itself, however
// deep and many its problems are.
func TestManyProblems(t *testing.T) {
	var c Collector
	c.At(strings.Repeat("x", 10_000), func() {
		for range 100_000 {
			c.Unsupported("it")
		}
		c.Broken("that")
	})
	assert.Len(t, c.Problems, 100_001)
	told := 0
	for _, p := range c.Problems {
		told += len(p.String())
	}
	assert.Less(t, told, 20_000_000)
	assert.True(t, c.Problems[100_000].Fatal)
}
