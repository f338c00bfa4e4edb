package keras

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Classes in lists and by output say where they are from; what says it already, names,
// and a user's own stay as they are.
func TestInModule(t *testing.T) {
	class := func(name string) map[string]any {
		return map[string]any{"class_name": name, "config": map[string]any{}}
	}
	listed, named, own := class("MeanMetricWrapper"), class("AUC"), class("Custom>Mine")
	elsewhere := map[string]any{"class_name": "AUC", "config": map[string]any{}, "module": "other"}
	inModule([]any{[]any{listed, "mae"}, map[string]any{"out": named}, own, elsewhere}, "keras.metrics")
	assert.Equal(t, "keras.metrics", listed["module"])
	assert.Equal(t, "keras.metrics", named["module"])
	assert.NotContains(t, own, "module")
	assert.Equal(t, "other", elsewhere["module"])
}
