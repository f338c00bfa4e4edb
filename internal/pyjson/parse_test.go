package pyjson

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	v, err := Parse([]byte(` {"a": [1, -2.5e3, true, false, null], "é\u00e9\"": "x\\y", "n": NaN, "i": -Infinity, "j": Infinity, "o": {}} `), 4, Ratio)
	require.NoError(t, err)
	m := v.(map[string]any)
	assert.Equal(t, []any{json.Number("1"), json.Number("-2.5e3"), true, false, nil}, m["a"])
	assert.Equal(t, `x\y`, m[`éé"`])
	assert.True(t, math.IsNaN(m["n"].(float64)))
	assert.True(t, math.IsInf(m["i"].(float64), -1))
	assert.True(t, math.IsInf(m["j"].(float64), 1))
	assert.Equal(t, map[string]any{}, m["o"])
}

func TestParseBrokenJSON(t *testing.T) {
	for _, text := range []string{``, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `"`, `"\x"`, "\"\x01\"", "\"\xff\"", `01`, `-`, `1.`, `1e`, `nul`, `{} {}`, `{"a":1,"a":1}`, `{1:2}`, `Nan`} {
		_, err := Parse([]byte(text), 8, Ratio)
		var f *SyntaxError
		assert.True(t, errors.As(err, &f), "%q: %v", text, err)
	}
	_, err := Parse([]byte(strings.Repeat("[", 9)), 8, Ratio)
	assert.Equal(t, ErrDepth, err)
}

func FuzzParse(f *testing.F) {
	f.Add(`{"a":[1,2.5,{"b":NaN}],"c":"\u0041"}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse([]byte(text), 64, Ratio)
		var std any
		if json.Unmarshal([]byte(text), &std) == nil && err != nil && err != ErrDepth && !strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "UTF-8") {
			t.Fatalf("%q is JSON, but %v", text, err)
		}
		_ = v
	})
}
