package trial

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

func TestConfigRuns(t *testing.T) {
	r := Config([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}]}}`))
	assert.Equal(t, "done", r.Stage)
	assert.NoError(t, r.Err)
	assert.Positive(t, r.Load)
	assert.Positive(t, r.Memory)
	assert.Empty(t, r.Violation(100))
	r = File([]byte("no model"))
	assert.Equal(t, "load", r.Stage)
	assert.Equal(t, "FormatError", Kind(r.Err))
	assert.Empty(t, r.Violation(8))
}

func TestPanicsAreCaught(t *testing.T) {
	r := try(func() (*keras.Model, error) { panic("boom") })
	assert.Contains(t, r.Panic, "boom")
	assert.Contains(t, r.Violation(0), "panic in load: boom")
}

func TestMemoryIsMeasured(t *testing.T) {
	var held []byte
	r := try(func() (*keras.Model, error) {
		held = make([]byte, MaxMemory+4096)
		return nil, &keras.FormatError{}
	})
	assert.NotEmpty(t, held)
	assert.Contains(t, r.Violation(100), "bytes of memory")
}

func TestViolations(t *testing.T) {
	format := &keras.FormatError{What: "content"}
	for _, c := range []struct {
		r    Report
		want string
	}{
		{Report{Stage: "load", Err: format}, ""},
		{Report{Stage: "load", Err: fmt.Errorf("wrapped: %w", &keras.LimitError{})}, ""},
		{Report{Stage: "load", Err: &keras.UnsupportedError{}}, ""},
		{Report{Stage: "predict", Err: &runtime.ShapeError{}}, ""},
		{Report{Stage: "load", Err: &runtime.ShapeError{}}, "a ShapeError of a file"},
		{Report{Stage: "load", Err: errors.New("odd")}, "no known type"},
		{Report{Stage: "done", Load: 2 * time.Second}, "load and compile took"},
		{Report{Stage: "done", Total: 3 * time.Second}, "one row took"},
	} {
		if c.want == "" {
			assert.Empty(t, c.r.Violation(0))
		} else {
			assert.Contains(t, c.r.Violation(0), c.want)
		}
	}
}
