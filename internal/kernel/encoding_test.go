package kernel

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAVX2NeedsNoAVX512: the register allocator of the generator hands out
// registers that only AVX-512 can name when a routine runs out of the 16 of AVX2.
// A processor without it then ends the process with SIGILL.
func TestAVX2NeedsNoAVX512(t *testing.T) {
	files, err := filepath.Glob("*_avx2_amd64.s")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	beyond := regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K[0-7])\b`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		assert.Empty(t, beyond.FindAllString(string(text), -1), f)
	}
}
