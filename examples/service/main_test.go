package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestService(t *testing.T) {
	h, err := handler()
	require.NoError(t, err)
	s := httptest.NewServer(h)
	defer s.Close()
	row := "[" + strings.TrimSuffix(strings.Repeat("0.5,", 52), ",") + "]"

	r, err := http.Post(s.URL, "application/json", strings.NewReader("["+row+","+row+"]"))
	require.NoError(t, err)
	defer r.Body.Close()
	assert.Equal(t, http.StatusOK, r.StatusCode)
	var answers [][]float32
	require.NoError(t, json.NewDecoder(r.Body).Decode(&answers))
	require.Len(t, answers, 2)
	assert.Equal(t, answers[0], answers[1])
	assert.Len(t, answers[0], 1)

	for _, bad := range []string{"", "[[1, 2]]", "[" + strings.Replace(row, "0.5", `"a"`, 1) + "]", "{}"} {
		r, err := http.Post(s.URL, "application/json", strings.NewReader(bad))
		require.NoError(t, err)
		r.Body.Close()
		assert.Equal(t, http.StatusBadRequest, r.StatusCode, bad)
	}
}
