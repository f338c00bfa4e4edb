package layers_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/layers"
)

// TestDefaultsAreKeras: an option that a configuration does not have is what the
// constructor of Keras takes it for (scripts/defaults.py).
func TestDefaultsAreKeras(t *testing.T) {
	data, err := os.ReadFile("testdata/defaults.json")
	require.NoError(t, err)
	var classes map[string]map[string]any
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&classes))
	compared := 0
	for class, options := range classes {
		if _, known := layers.New(class); !known {
			continue
		}
		for key, standard := range options {
			var d, e layers.Decoder
			without := d.Layer(map[string]any{"class_name": class, "config": map[string]any{}})
			with := e.Layer(map[string]any{"class_name": class, "config": map[string]any{key: standard}})
			have, known := layers.Option(without, key)
			if !known {
				continue // not in get_config, or of no effect on answers
			}
			wanted, _ := layers.Option(with, key)
			compared++
			assert.Equal(t, d.Problems, e.Problems, "%s: %s=%v", class, key, standard)
			equal := reflect.DeepEqual(plain(wanted), plain(have))
			assert.Equal(t, !sameInOtherWords[class+"."+key], equal, "%s: %s is %v, in Keras %v", class, key, plain(have), plain(wanted))
		}
	}
	require.Greater(t, compared, 250)
}

// sameInOtherWords lists defaults that mean what Keras' mean.
var sameInOtherWords = map[string]bool{
	"Cropping1D.cropping": true, "Cropping2D.cropping": true, "Cropping3D.cropping": true, // one number for all sides
	"ZeroPadding2D.padding": true, "ZeroPadding3D.padding": true,
	"ReversibleEmbedding.embeddings_initializer": true,
	"Embedding.embeddings_initializer":           true,                           // uniform is RandomUniform
	"Masking.mask_value":                         true, "Rescaling.offset": true, // none is 0
}

// plain is a default as it can be compared.
func plain(v any) any {
	switch x := v.(type) {
	case layers.Activation:
		return x.Name
	case layers.Initializer:
		return layers.SnakeCase(x.Class)
	}
	return v
}
