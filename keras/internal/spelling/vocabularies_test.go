package spelling

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/pyjson"
)

const lookups = `{"class_name": "Functional", "config": {"layers": [
	{"class_name": "StringLookup", "config": {"vocabulary": null}},
	{"class_name": "StringLookup", "config": {"vocabulary": ["own"]}},
	{"class_name": "Sequential", "config": {"layers": [{"class_name": "IntegerLookup", "config": {"vocabulary": null}}]}},
	{"class_name": "StringLookup", "config": {"vocabulary": null}},
	{"class_name": "Dense", "config": {"units": 3}}]}}`

func TestVocabulariesComeFromFiles(t *testing.T) {
	model := func() Spec {
		v, err := pyjson.Parse([]byte(lookups), 20, pyjson.Ratio)
		require.NoError(t, err)
		return v.(Spec)
	}
	assets := map[string][]byte{
		"assets/layers/string_lookup/vocabulary.txt":                                            []byte("\n[UNK]\r\nöre\n\n"),
		"assets/layers/string_lookup_1/vocabulary.txt":                                          []byte("not this"),
		"assets/_layer_checkpoint_dependencies/sequential/layers/integer_lookup/vocabulary.txt": []byte("-1\n9007199254740993"),
		"assets/layers/nobody/vocabulary.txt":                                                   []byte("unused"),
		"assets/layers/dense/vocabulary.txt":                                                    []byte("unused"),
	}
	m := model()
	held := int64(0)
	require.NoError(t, Vocabularies(m, 3, assets, func(_ string, n int64) error { held += n; return nil }))
	at := func(i int) Spec { return m["config"].(Spec)["layers"].([]any)[i].(Spec)["config"].(Spec) }
	assert.Equal(t, []any{"", "[UNK]", "öre"}, at(0)["vocabulary"])
	assert.Equal(t, []any{"own"}, at(1)["vocabulary"])
	inner := at(2)["layers"].([]any)[0].(Spec)["config"].(Spec)
	assert.Equal(t, []any{json.Number("-1"), json.Number("9007199254740993")}, inner["vocabulary"])
	assert.Nil(t, at(3)["vocabulary"])
	assert.Equal(t, int64(6*perToken), held)

	WithoutVocabularies(m, 3, assets)
	assert.Equal(t, model(), m, "what came from files is gone, what was there is left")

	full := errors.New("full")
	assert.ErrorIs(t, Vocabularies(model(), 3, assets, func(string, int64) error { return full }), full)
}

func TestLinesArePythons(t *testing.T) {
	assert.Equal(t, "a\nb\n\nc", withLineFeeds("a\u2028b\x0b\rc\n\n", 3))
	assert.Equal(t, "a\u2028b\x0b\nc\n\n", withLineFeeds("a\u2028b\x0b\rc\n\n", 2))
}
