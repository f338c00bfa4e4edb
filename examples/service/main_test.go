package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func start(t *testing.T) *httptest.Server {
	p, err := compile()
	require.NoError(t, err)
	s := httptest.NewServer(handler(newBatcher(p)))
	t.Cleanup(s.Close)
	return s
}

const row52 = "0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5," +
	"0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5"

func post(t *testing.T, url, body string) (status int, answers [][]float32) {
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer r.Body.Close()
	if r.StatusCode == http.StatusOK {
		require.NoError(t, json.NewDecoder(r.Body).Decode(&answers))
	}
	return r.StatusCode, answers
}

func TestService(t *testing.T) {
	s := start(t)
	status, answers := post(t, s.URL, "[["+row52+"],["+row52+"]]")
	assert.Equal(t, http.StatusOK, status)
	require.Len(t, answers, 2)
	assert.Equal(t, answers[0], answers[1])
	assert.Len(t, answers[0], 1)

	for _, bad := range []string{"", "[[1, 2]]", `[["a"` + row52[3:] + "]]", "{}"} {
		status, _ := post(t, s.URL, bad)
		assert.Equal(t, http.StatusBadRequest, status, bad)
	}
	status, none := post(t, s.URL, "[]")
	assert.Equal(t, http.StatusOK, status)
	assert.Empty(t, none)
}

// TestBatches: whatever requests come together, each gets its own rows' answers.
func TestBatches(t *testing.T) {
	s := start(t)
	_, alone := post(t, s.URL, "[["+row52+"],[1"+row52[3:]+"]]")
	require.Len(t, alone, 2)
	require.NotEqual(t, alone[0], alone[1])
	var all sync.WaitGroup
	for k := range 64 {
		all.Go(func() {
			row := row52
			if k%2 == 1 {
				row = "1" + row52[3:]
			}
			_, got := post(t, s.URL, "[["+row+"]]")
			assert.Equal(t, alone[k%2:k%2+1], got)
		})
	}
	all.Wait()
}

// TestTimeAndLoad: who comes too late gets the context's error, and who finds the
// queue full is turned away.
func TestTimeAndLoad(t *testing.T) {
	p, err := compile()
	require.NoError(t, err)
	b := newBatcher(p)
	late, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = b.predict(late, [][]float32{make([]float32, 52)})
	require.ErrorIs(t, err, context.Canceled)

	nobody := &batcher{program: p, in: 52, out: 1, queue: make(chan *row, 1)}
	_, err = nobody.predict(t.Context(), [][]float32{make([]float32, 52), make([]float32, 52)})
	require.ErrorIs(t, err, errBusy)
}
