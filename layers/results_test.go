package layers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestResultNames(t *testing.T) {
	once := Result{Path: []Step{{"lstm", 0, 1}}}
	deep := Result{Path: []Step{{"outer", 1, 2}, {"a/b", 0, 1}}}
	assert.Equal(t, "lstm", once.Name())
	assert.Equal(t, "lstm[0][2]", once.TensorName(2))
	assert.Equal(t, "outer[1]/a/b", deep.Name())
	assert.Equal(t, "outer[1]/a/b[0][3]", deep.TensorName(3))
	for _, c := range []struct {
		r      Result
		name   string
		tensor int
		ok     bool
	}{
		{once, "lstm", -1, true}, {once, "lstm[0]", -1, true}, {once, "lstm[0][2]", 2, true},
		{once, "lstm[1]", 0, false}, {once, "lstm_1", 0, false}, {once, "lst", 0, false}, {once, "", 0, false},
		{once, "lstm[", 0, false}, {once, "lstm[x]", 0, false}, {once, "lstm[-1]", 0, false}, {once, "lstm[0][1][2]", 0, false},
		{once, "lstm[99999999999999999999]", 0, false}, {once, "lstm/x", 0, false},
		{deep, "outer/a/b", -1, true}, {deep, "outer[1]/a/b", -1, true}, {deep, "outer[1]/a/b[0][1]", 1, true},
		{deep, "outer[0]/a/b", 0, false}, {deep, "outer[1]", 0, false}, {deep, "a/b", 0, false},
	} {
		tensor, ok := c.r.Named(c.name)
		assert.Equal(t, c.ok, ok, c.name)
		if ok {
			assert.Equal(t, c.tensor, tensor, c.name)
		}
	}
}
