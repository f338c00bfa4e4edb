package serve

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// answer is what a version says to one row.
func answer(t *testing.T, m *Models, r Ref) ([]float32, error) {
	v, err := m.Find(r)
	if err != nil {
		return nil, err
	}
	out, err := m.Run(t.Context(), v, runtime.Feed{v.Inputs[0].Name: rows(t, 1, 52, 1)})
	require.NoError(t, err)
	return out[v.Outputs[0].Name].Float32s(), nil
}

// TestVersions: the newest of a folder of versions is served, as many as asked for.
func TestVersions(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []string{"1", "3", "10"} {
		copyFile(t, seedFile, filepath.Join(dir, v, "model.keras"))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, "notes"), 0o755))
	m := NewModels(Options{Versions: 2})
	require.NoError(t, m.Open("seed", dir))
	v, err := m.Find(Ref{Model: "seed"})
	require.NoError(t, err)
	assert.EqualValues(t, 10, v.Number)
	_, err = m.Find(Ref{Model: "seed", Version: 3})
	assert.NoError(t, err)
	_, err = m.Find(Ref{Model: "seed", Version: 1})
	assert.ErrorContains(t, err, "no version 1; there are [3 10]")

	require.NoError(t, m.Open("one", filepath.Join(dir, "3")), "a folder with a model in it")

	copyFile(t, seedFile, filepath.Join(dir, "11", "model.keras"))
	require.NoError(t, m.Load("seed"))
	states, err := m.States("seed")
	require.NoError(t, err)
	assert.Equal(t, []State{{"seed", 11, true, nil}, {"seed", 10, true, nil}}, states)
}

// TestHotReload: changed files take the place of those served; broken ones and
// those that differ from the answers beside them do not, and are told of.
func TestHotReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.keras")
	copyFile(t, seedFile, path)
	m := NewModels(Options{Poll: 5 * time.Millisecond})
	require.NoError(t, m.Open("m", path))
	before, err := answer(t, m, Ref{Model: "m"})
	require.NoError(t, err)
	first, err := m.Find(Ref{Model: "m"})
	require.NoError(t, err)
	go m.Watch(t.Context())

	state := func() State {
		states, err := m.States("m")
		require.NoError(t, err)
		require.Len(t, states, 1)
		return states[0]
	}
	require.NoError(t, os.WriteFile(path, []byte("PK\x03\x04 no model"), 0o644))
	require.Eventually(t, func() bool { return state().Err != nil }, 5*time.Second, time.Millisecond)
	assert.True(t, state().Ready)
	after, err := answer(t, m, Ref{Model: "m"})
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.True(t, m.Ready())

	copyFile(t, seedFile, path) // what was served before the broken one is loaded anew
	require.Eventually(t, func() bool { return state().Err == nil }, 5*time.Second, time.Millisecond)
	second, err := m.Find(Ref{Model: "m"})
	require.NoError(t, err)
	assert.NotSame(t, first, second)

	copyFile(t, twoFile[:len(twoFile)-len(".keras")]+".npz", path[:len(path)-len(".keras")]+".npz") // another model's answers
	copyFile(t, "../testdata/models/seed/seed_k2.keras", path)
	require.Eventually(t, func() bool { return state().Err != nil }, 5*time.Second, time.Millisecond)
	assert.ErrorContains(t, state().Err, "differs from the answers beside it")
	assert.True(t, state().Ready)

	copyFile(t, "../testdata/models/seed/seed_k2.npz", path[:len(path)-len(".keras")]+".npz")
	require.NoError(t, m.Load("m"), "an administrator can have it tried again")
	assert.NoError(t, state().Err)
	assert.NoError(t, os.Remove(path))
	require.Eventually(t, func() bool { return state().Err != nil }, 5*time.Second, time.Millisecond)
	assert.True(t, state().Ready, "what is loaded is served on")
}

// TestSameContent: a file written anew with the same bytes is not loaded again.
func TestSameContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.keras")
	copyFile(t, seedFile, path)
	m := NewModels(Options{})
	require.NoError(t, m.Open("m", path))
	first, err := m.Find(Ref{Model: "m"})
	require.NoError(t, err)
	copyFile(t, seedFile, path)
	require.NoError(t, m.Load("m"))
	second, err := m.Find(Ref{Model: "m"})
	require.NoError(t, err)
	assert.Same(t, first, second)
}

func TestOpenBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.keras")
	require.NoError(t, os.WriteFile(path, []byte("no model"), 0o644))
	m := NewModels(Options{})
	require.Error(t, m.Open("m", path))
	require.Error(t, m.Open("gone", path+"x"))
	assert.False(t, m.Ready())
	h := NewHandler(m)
	for _, name := range []string{"m", "gone"} {
		status, text := ask(t, h, "POST", "/v1/models/"+name+":predict", `{"instances":[1]}`)
		assert.Equal(t, 503, status, text)
		status, text = ask(t, h, "GET", "/v1/models/"+name, "")
		assert.Equal(t, 200, status)
		assert.Contains(t, text, `"state":"END"`)
	}
	status, _ := ask(t, h, "GET", "/readyz", "")
	assert.Equal(t, 503, status)
}

func TestAdmin(t *testing.T) {
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	admin, h := NewAdmin(m), NewHandler(m)
	status, _ := ask(t, h, "POST", "/v2/repository/models/seed/unload", "")
	assert.Equal(t, 501, status, "not for everybody")
	_, text := ask(t, h, "POST", "/v2/repository/index", "")
	assert.JSONEq(t, `[{"name":"seed","version":"1","state":"READY"}]`, text)
	status, _ = ask(t, admin, "POST", "/v2/repository/models/seed/unload", "")
	assert.Equal(t, 200, status)
	status, text = ask(t, h, "GET", "/v2/models/seed", "")
	assert.Equal(t, 503, status)
	assert.Contains(t, text, "unloaded")
	_, text = ask(t, h, "POST", "/v2/repository/index", "")
	assert.JSONEq(t, `[{"name":"seed","version":"","state":"UNAVAILABLE","reason":"unloaded"}]`, text)
	status, text = ask(t, admin, "POST", "/v2/repository/models/seed/load", "")
	assert.Equal(t, 200, status, text)
	status, _ = ask(t, h, "GET", "/v2/models/seed", "")
	assert.Equal(t, 200, status)
	status, _ = ask(t, admin, "POST", "/v2/repository/models/none/load", "")
	assert.Equal(t, 404, status)
	for body, want := range map[string]int{`{}`: 200, `{"parameters":{"unload_dependents":true}}`: 200, `{"parameters":{"config":"{}"}}`: 501, `{`: 400} {
		status, text = ask(t, admin, "POST", "/v2/repository/models/seed/load", body)
		assert.Equal(t, want, status, text)
	}
	for _, path := range []string{"systemsharedmemory/status", "cudasharedmemory/region/r/register", "trace/setting", "models/seed/trace/setting", "logging"} {
		status, text = ask(t, h, "POST", "/v2/"+path, "{}")
		assert.Equal(t, 501, status, path)
		assert.Contains(t, text, path+": the")
	}
	status, text = ask(t, admin, "GET", "/metrics", "")
	assert.Equal(t, 200, status)
	assert.Contains(t, text, `kerasrun_model_ready{model="seed",version="1"} 1`)
	assert.Contains(t, text, `kerasrun_model_loads_total{model="seed",result="loaded"} 2`)
}
