package custom

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// evaluate computes an expression with d = 12, h = 5, rate = 0.5, shape = [3, 4].
func evaluate(text string) (any, error) {
	n, _, err := parse(text)
	if err != nil {
		return nil, err
	}
	parameters := map[string]any{"d": json.Number("12"), "h": json.Number("5"), "rate": json.Number("0.5"),
		"shape": []any{json.Number("3"), json.Number("4")}, "activation": "relu"}
	v, err := n(func(name string) any { return parameters[name] })
	return decoded(v), err
}

// TestExpressions has answers of Python's.
func TestExpressions(t *testing.T) {
	for text, wanted := range map[string]string{
		"d": `12`, "d // h": `2`, "d / h": `2.4`, "-d // h": `-3`, "-d % h": `3`, "d % -h": `-3`, "2 * (d + 1) - h": `21`, "d / 4": `3`,
		"1 - rate": `0.5`, "shape[1] * shape[-2]": `12`, "int(d / h)": `2`, "int(0 - d / h)": `-2`, "max(d, h, 20)": `20`, "min(d, rate)": `0.5`,
		"range(3)": `[0,1,2]`, "len(shape)": `2`, "activation": `"relu"`, "shape": `[3,4]`, "7.5 // 2": `3`, "-7.5 % 2": `0.5`, "3 - 2 - 1": `0`,
	} {
		v, err := evaluate(text)
		require.NoError(t, err, text)
		out, err := json.Marshal(v)
		require.NoError(t, err, text)
		assert.Equal(t, wanted, string(out), text)
	}
}

func TestBrokenExpressions(t *testing.T) {
	for _, text := range []string{
		"", "d +", "(d", "d)", "d h", "d ** 2", "d.real", "__import__('os')", "open(d)", "shape[2]", "shape[-3]", "d[0]", "d // 0", "d / (d - d)",
		"activation + d", "range(-1)", "range(70000)", "range(rate)", "len(d)", "int(shape)", "max()", "min(shape)", "'a'", "d if h else 0",
		"9007199254740993 * 9007199254740993", "1e308 * 10", strings.Repeat("(", 300), "0x10", "#", "d\x00",
	} {
		_, err := evaluate(text)
		assert.Error(t, err, "%q", text)
	}
}

func FuzzExpression(f *testing.F) {
	f.Add("embed_dim // num_heads")
	f.Add("2 * (d + shape[-1]) % max(3, h)")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := evaluate(text); err != nil {
			assert.NotEmpty(t, err.Error())
		}
	})
}
