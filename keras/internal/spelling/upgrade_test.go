package spelling

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/pyjson"
	_ "github.com/kerasrun/kerasrun/layers/all" // registers the classes
)

func TestClassesByModule(t *testing.T) {
	u := &upgrade{source: Source{Era: 3}}
	for want, s := range map[string]Spec{
		"Add":          {"class_name": "Add", "module": "keras.layers"},
		"ops.Add":      {"class_name": "Add", "module": "keras.src.ops.numpy"},
		"Custom>Dense": {"class_name": "Dense", "module": "my.layers", "registered_name": "Dense"},
		"My>Dense":     {"class_name": "Dense", "module": "my.layers", "registered_name": "My>Dense"},
		"Swishy":       {"class_name": "Swishy", "module": "my.layers"},
		"LayerScale":   {"class_name": "LayerScale", "module": "keras.src.applications.convnext"},
	} {
		assert.Equal(t, want, u.class(s))
	}
}

func TestEraOf(t *testing.T) {
	for want, test := range map[int]struct{ version, tree string }{
		3: {"", `{"module": "keras", "class_name": "Sequential", "config": {}}`},
		2: {"2.2.4-tf", `{}`},
		1: {"", `{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"output_dim": 3, "init": "uniform"}}]}`},
	} {
		tree, err := pyjson.Parse([]byte(test.tree), 10, pyjson.Ratio)
		require.NoError(t, err)
		assert.Equal(t, want, EraOf(test.version, tree.(Spec)))
	}
	assert.Equal(t, 2, EraOf("2.17.0", nil))
	assert.Equal(t, 3, EraOf("3.15.1", nil))
}
