package preprocessing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/layertest"
	_ "github.com/kerasrun/kerasrun/layers/preprocessing"
)

// TestLookupsSayWhatIsWrong has configurations that Keras refuses too.
func TestLookupsSayWhatIsWrong(t *testing.T) {
	for options, want := range map[string]string{
		`"vocabulary": "/etc/passwd"`:                                              "path of a file outside of the model",
		`"vocabulary": null`:                                                       "no vocabulary",
		`"vocabulary": []`:                                                         "list of tokens",
		`"vocabulary": ["a", 3]`:                                                   "received 3 at place 1",
		`"vocabulary": ["a", "b", "a"]`:                                            "hold a token once",
		`"vocabulary": ["a", ""], "mask_token": ""`:                                "mask token at its start",
		`"vocabulary": ["a", "[UNK]"], "invert": true`:                             "oov token at its start",
		`"vocabulary": ["a"], "invert": true, "oov_token": null`:                   "oov_token must be a token",
		`"vocabulary": ["a"], "invert": true, "output_mode": "count"`:              "output_mode must be int",
		`"vocabulary": ["a", "b"], "max_tokens": 2`:                                "at most max_tokens=2",
		`"vocabulary": ["a"], "max_tokens": 1`:                                     "max_tokens must be > 1",
		`"vocabulary": ["a"], "pad_to_max_tokens": true`:                           "needs max_tokens",
		`"vocabulary": ["a"], "num_oov_indices": -1`:                               "num_oov_indices must be >= 0",
		`"vocabulary": ["a"], "output_mode": "count", "vocabulary_size": 3`:        "vocabulary_size=3",
		`"vocabulary": ["a"], "output_mode": "tf_idf", "idf_weights": [0.5, 0.25]`: "one for each of 1 tokens",
		`"vocabulary": ["a"], "oov_method": "md5"`:                                 "floormod or farmhash",
		`"vocabulary": ["a"], "salt": [1, 2, 3]`:                                   "an integer, or two",
		`"vocabulary": ["a"], "salt": [1, 2.5]`:                                    "an integer, or two",
	} {
		_, problems := layertest.Decode(t, "StringLookup", "{"+options+"}")
		require.NotEmpty(t, problems, options)
		assert.Contains(t, fmt.Sprint(problems), want, options)
	}
	for options, want := range map[string]string{
		`"vocabulary": [3, "a"]`:              "tokens of one type",
		`"vocabulary": [3, 3.5]`:              "tokens of one type",
		`"vocabulary": [3], "salt": 5`:        "oov_method=farmhash",
		`"vocabulary": "http://host/v.txt"`:   "path of a file outside of the model",
		`"vocabulary": [9223372036854775808]`: "tokens of one type",
	} {
		_, problems := layertest.Decode(t, "IntegerLookup", "{"+options+"}")
		require.NotEmpty(t, problems, options)
		assert.Contains(t, fmt.Sprint(problems), want, options)
	}
	for class, options := range map[string]string{"Hashing": `{"num_bins": 0}`, "HashedCrossing": `{"num_bins": 3, "output_mode": "count"}`} {
		_, problems := layertest.Decode(t, class, options)
		assert.NotEmpty(t, problems, class)
	}
}
