package layers

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

func TestArguments(t *testing.T) {
	var v any
	require.NoError(t, json.Unmarshal([]byte(`[{"class_name":"__slice__","config":{"start":1,"stop":null,"step":-1}},
		{"class_name":"__ellipsis__","config":{}}, {"class_name":"__tensor__","config":{"value":[[1,2],[3,4]],"dtype":"int32"}}, {"k":"v"}]`), &v))
	d := &Decoder{}
	got := d.argument(v, nil).([]any)
	require.Empty(t, d.Problems)
	s := got[0].(Slice)
	assert.Equal(t, 1, *s.Start)
	assert.Nil(t, s.Stop)
	assert.Equal(t, -1, *s.Step)
	assert.Equal(t, Ellipsis{}, got[1])
	assert.Equal(t, []int32{1, 2, 3, 4}, got[2].(*runtime.Tensor).Int32s())
	assert.Equal(t, map[string]any{"k": "v"}, got[3])

	d.argument(map[string]any{"class_name": "__numpy__", "config": map[string]any{"value": []any{[]any{1.0}, []any{}}, "dtype": "float32"}}, nil)
	require.Len(t, d.Problems, 1)
	assert.Contains(t, d.Problems[0].What, "rectangular")
}
