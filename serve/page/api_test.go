package page

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
)

const (
	seedFile = "../../testdata/models/seed/seed_k3.keras"
	twoFile  = "../../testdata/models/layers/Add_two_k3.keras"
)

// apiOf serves models of these files.
func apiOf(t testing.TB, o serve.Options, files map[string]string) (*serve.Models, http.Handler) {
	t.Helper()
	o.KeepModels = true
	m := serve.NewModels(o)
	for name, file := range files {
		require.NoError(t, m.Open(name, file))
	}
	return m, NewAPI(m)
}

// ask makes a request and reads the answer into v.
func ask(t testing.TB, h http.Handler, method, path, body string, v any) int {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	require.True(t, json.Valid(w.Body.Bytes()), "%s", w.Body)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), v), "%s", w.Body)
	return w.Code
}

func row(n int, v string) string {
	return `{"inputs":[[` + strings.TrimSuffix(strings.Repeat(v+",", n), ",") + `]]}`
}

func TestList(t *testing.T) {
	m, h := apiOf(t, serve.Options{}, map[string]string{"seed": seedFile, "two": twoFile})
	bad := filepath.Join(t.TempDir(), "bad.keras")
	require.NoError(t, os.WriteFile(bad, []byte("no model"), 0o644))
	require.Error(t, m.Open("bad", bad))
	var got struct {
		Models []struct {
			Name     string
			Versions []struct {
				Number int64
				Ready  bool
				Error  string
			}
			Inputs []port
		}
	}
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models", "", &got))
	require.Len(t, got.Models, 3)
	assert.Equal(t, "bad", got.Models[0].Name)
	assert.False(t, got.Models[0].Versions[0].Ready)
	assert.Contains(t, got.Models[0].Versions[0].Error, "bad.keras")
	assert.True(t, got.Models[1].Versions[0].Ready)
	assert.Len(t, got.Models[2].Inputs, 2)
	assert.Nil(t, got.Models[1].Inputs[0].Shape[0])
	assert.Equal(t, 52, *got.Models[1].Inputs[0].Shape[1])
}

func TestDescribe(t *testing.T) {
	_, h := apiOf(t, serve.Options{}, map[string]string{"seed": seedFile})
	var d description
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/seed", "", &d))
	assert.Equal(t, "seed_k3.keras", d.File)
	m, err := keras.Load(seedFile)
	require.NoError(t, err)
	total := 0
	for _, w := range m.Weights() {
		total += w.Value.Len()
	}
	assert.Equal(t, total, d.Params)
	sum := 0
	for _, n := range d.Graph.Nodes {
		sum += n.Params
		assert.NotEmpty(t, n.Shapes, n.Name)
		assert.NotEmpty(t, n.Options, n.Name)
	}
	assert.Equal(t, total, sum)
	last := d.Graph.Nodes[len(d.Graph.Nodes)-1]
	assert.Equal(t, []int{len(d.Graph.Nodes) - 2}, last.From)
	assert.Len(t, d.Heads, len(keras.Heads()))
}

// TestHeads: a head's curve is what the head computes.
func TestHeads(t *testing.T) {
	for _, h := range curves() {
		require.Len(t, h.Y, len(h.X), h.Name)
		for i := range h.X {
			assert.GreaterOrEqual(t, float64(h.Y[i]), 0.0, "%s(%v)", h.Name, h.X[i])
		}
		if h.Name == "relu" {
			assert.Equal(t, number(3), h.Y[len(h.Y)-1])
			assert.Equal(t, number(0), h.Y[0])
		}
	}
	_, h := apiOf(t, serve.Options{}, map[string]string{"two": twoFile})
	var d description
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/two", "", &d))
	assert.Equal(t, d.Appended, len(d.Heads) > 0)
}

// TestPaths: every path of every graph is one that keras.Outputs takes, nested
// models and layers that are called several times included.
func TestPaths(t *testing.T) {
	files, err := filepath.Glob("../../testdata/models/layers/*_k3.keras")
	require.NoError(t, err)
	nested, several := 0, 0
	for i, file := range files {
		m, err := keras.Load(file)
		if err != nil || i%7 != 0 && !strings.Contains(file, "odel") && !strings.Contains(file, "hared") {
			continue
		}
		var walk func(g *graph)
		walk = func(g *graph) {
			for _, n := range g.Nodes {
				if _, err := m.Compile(keras.Outputs(n.Path)); err != nil {
					assert.ErrorContains(t, err, "could be", "%s: %s", file, n.Path) // several tensors
				}
				if strings.Contains(n.Path, "[") {
					several++
				}
				if n.Inner != nil {
					nested++
					walk(n.Inner)
				}
			}
		}
		walk(graphOf(m.Root(), m.Config(), "", "", paramsOf(m)))
	}
	assert.Positive(t, nested, "nested models")
	assert.Positive(t, several, "shared layers")
}

func TestWeights(t *testing.T) {
	_, h := apiOf(t, serve.Options{}, map[string]string{"seed": seedFile})
	var d description
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/seed", "", &d))
	for _, n := range d.Graph.Nodes {
		var got struct{ Weights []weight }
		require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/seed/weights?layer="+n.Layer, "", &got))
		count := 0
		for _, w := range got.Weights {
			count += w.Spread.Count
			inBins := 0
			for _, b := range w.Spread.Bins {
				inBins += b
			}
			assert.Equal(t, w.Spread.Count, inBins, w.Name)
		}
		assert.Equal(t, n.Params, count, n.Name)
	}
}

func TestSpread(t *testing.T) {
	x := []float64{nan(), 0, 1, 2, inf(), 3}
	s := spreadOf(len(x), func(i int) float64 { return x[i] })
	assert.Equal(t, 1, s.NaN)
	assert.Equal(t, 1, s.Infinite)
	assert.Equal(t, 1, s.Zeros)
	assert.Equal(t, number(1.5), s.Mean)
	assert.Len(t, s.Bins, bins)
	assert.Equal(t, 1, s.Bins[0])
	assert.Equal(t, 1, s.Bins[bins-1])
	same := spreadOf(3, func(int) float64 { return 7 })
	assert.Equal(t, []int{3}, same.Bins)
	none := spreadOf(1, func(int) float64 { return nan() })
	assert.Empty(t, none.Bins)
	text, err := json.Marshal([]number{number(nan()), number(inf()), number(-inf()), 0.1, number(float32(0.1))})
	require.NoError(t, err)
	assert.Equal(t, `["NaN","Infinity","-Infinity",0.1,0.1]`, string(text))
}

// TestActivations: they are bit for bit what keras.Outputs gives.
func TestActivations(t *testing.T) {
	_, h := apiOf(t, serve.Options{}, map[string]string{"seed": seedFile, "two": twoFile})
	var d description
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/seed", "", &d))
	m, err := keras.Load(seedFile)
	require.NoError(t, err)
	for _, n := range d.Graph.Nodes {
		var got struct{ Activations []activation }
		require.Equal(t, 200, ask(t, h, "POST", "/page/api/models/seed/activations?layer="+n.Path, row(52, "0.25"), &got))
		p, err := m.Compile(keras.Outputs(n.Path))
		require.NoError(t, err)
		x := make([]float32, 52)
		for i := range x {
			x[i] = .25
		}
		in, err := runtime.TensorOf(x, 1, 52)
		require.NoError(t, err)
		want, err := p.RunAll(t.Context(), []*runtime.Tensor{in})
		require.NoError(t, err)
		require.Len(t, got.Activations, 1)
		values := make([]float32, len(got.Activations[0].Values))
		for i, v := range got.Activations[0].Values {
			values[i] = float32(v)
		}
		assert.Equal(t, want[0].Float32s(), values, n.Path)
	}
	// An inner layer may need fewer inputs than the model.
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/two", "", &d))
	body := `{"inputs":{`
	for i, p := range d.Inputs {
		text := "1"
		for _, s := range slicesBackward(p.Shape) {
			size := 1
			if s != nil {
				size = *s
			}
			text = "[" + strings.TrimSuffix(strings.Repeat(text+",", size), ",") + "]"
		}
		body += strings.Repeat(",", min(i, 1)) + `"` + p.Name + `":` + text
	}
	var got struct {
		Activations []activation
		Error       string
	}
	require.Equal(t, 200, ask(t, h, "POST", "/page/api/models/two/activations?layer="+d.Graph.Nodes[0].Path, body+"}}", &got), got.Error)
}

// TestNotANumber: what JSON cannot say arrives nevertheless.
func TestNotANumber(t *testing.T) {
	_, h := apiOf(t, serve.Options{}, map[string]string{"seed": seedFile})
	var d description
	require.Equal(t, 200, ask(t, h, "GET", "/page/api/models/seed", "", &d))
	var got struct {
		Activations []struct {
			Values []any
			Spread struct{ NaN int }
		}
	}
	require.Equal(t, 200, ask(t, h, "POST", "/page/api/models/seed/activations?layer="+d.Graph.Nodes[0].Path, row(52, "NaN"), &got))
	assert.Equal(t, "NaN", got.Activations[0].Values[0])
	assert.Equal(t, 52, got.Activations[0].Spread.NaN)
}

func TestErrors(t *testing.T) {
	_, h := apiOf(t, serve.Options{MaxRows: 1, MaxBody: 2000}, map[string]string{"seed": seedFile})
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/page/api/models/none", "", 404, `no model \"none\"`},
		{"GET", "/page/api/models/seed?version=7", "", 404, "no version 7"},
		{"GET", "/page/api/models/seed?version=x", "", 400, "wanted a number"},
		{"GET", "/page/api/models/seed/weights?layer=none", "", 404, `no layer \"none\"`},
		{"GET", "/page/api/nothing", "", 404, "nothing answers"},
		{"POST", "/page/api/models/seed/activations?layer=none", row(52, "1"), 404, "none"},
		{"POST", "/page/api/models/seed/activations?layer=OUT", row(51, "1"), 400, "52"},
		{"POST", "/page/api/models/seed/activations?layer=OUT", strings.Replace(row(104, "1"), strings.Repeat("1,", 52), strings.Repeat("1,", 51)+"1],[", 1), 400, "at most 1 rows"},
		{"POST", "/page/api/models/seed/activations?layer=OUT", row(52, strings.Repeat("1", 60)), 413, "2000 bytes"},
		{"POST", "/page/api/models/seed/activations?layer=OUT", "[", 400, "JSON"},
	} {
		var d description
		ask(t, h, "GET", "/page/api/models/seed", "", &d)
		path := strings.Replace(c.path, "OUT", d.Graph.Nodes[len(d.Graph.Nodes)-1].Path, 1)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, path, strings.NewReader(c.body)))
		assert.Equal(t, c.status, w.Code, "%s: %s", path, w.Body)
		assert.Contains(t, w.Body.String(), c.says, path)
	}
}

// TestNotKept: a server that keeps no models says so.
func TestNotKept(t *testing.T) {
	m := serve.NewModels(serve.Options{})
	require.NoError(t, m.Open("seed", seedFile))
	w := httptest.NewRecorder()
	NewAPI(m).ServeHTTP(w, httptest.NewRequest("GET", "/page/api/models/seed", nil))
	assert.Equal(t, 503, w.Code)
	assert.Contains(t, w.Body.String(), "not kept")
}

func nan() float64 { return math.NaN() }
func inf() float64 { return math.Inf(1) }

func slicesBackward(s []*int) []*int {
	out := slices.Clone(s)
	slices.Reverse(out)
	return out
}
