package pyjson

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a text costs once it is decoded, by the runtime's own count, is at most
// Ratio times its length, or the text is refused.
func TestMemory(t *testing.T) {
	for each, fits := range map[string]bool{
		`1`: false, ` 1`: true, `0.5`: true, `[]`: true, `""`: true, `"ab"`: true, `null`: true, `12345`: true, `"abcdefghij"`: true, `true`: true,
		`{"class_name": "GlorotUniform", "config": {"seed": null, "dtype": "float32"}, "name": "kernel_initializer"}`:               true,
		`{"name": "dense", "units": 100, "activation": "linear", "use_bias": true, "kernel_regularizer": null, "trainable": false}`: true,
		`{}`: false, `{"a":1}`: false, `[[1]]`: false, `{"a":{}}`: false,
	} {
		t.Run(each, func(t *testing.T) {
			text := []byte("[" + strings.Repeat(each+",", 3<<20/len(each)) + each + "]")
			v, bytes, err := measured(text)
			if !fits {
				assert.Equal(t, ErrMemory, err)
				return
			}
			require.NoError(t, err)
			assert.LessOrEqual(t, float64(bytes)/float64(len(text)), Ratio*1.02)
			runtime.KeepAlive(v)
		})
	}
	var keys strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&keys, `"key%d":"value%d",`, i, i)
	}
	text := []byte("{" + keys.String() + `"last":1}`)
	v, bytes, err := measured(text)
	require.NoError(t, err)
	assert.LessOrEqual(t, float64(bytes)/float64(len(text)), float64(Ratio))
	runtime.KeepAlive(v)
}

// measured parses a text and tells what the values hold.
func measured(text []byte) (any, int64, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	v, err := Parse(text, 100, Ratio)
	runtime.GC()
	runtime.ReadMemStats(&after)
	return v, int64(after.HeapAlloc) - int64(before.HeapAlloc), err
}

func TestMeasure(t *testing.T) {
	p := jsonParser{data: `[1, [], {"a": [2,3], "b,]": "\"["} , [ ] ]`}
	p.measure()
	assert.Equal(t, []int32{4, 0, 2, 2, 0}, p.sizes)
	for _, text := range []string{`]`, `[]]`, `"`, `"\`, `[,,`, `{"a"`, ``} {
		p := jsonParser{data: text}
		p.measure() // ends
	}
}
