package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// TestV1Predict: both forms give the bits that Predict gives.
func TestV1Predict(t *testing.T) {
	h := NewHandler(served(t, Options{}, map[string]string{"seed": seedFile}))
	p := program(t, seedFile)
	x := rows(t, 3, 52, 1)
	want, err := p.Predict(x.Float32s())
	require.NoError(t, err)
	list := string(appendNested(nil, x, numberV2))
	name := p.Inputs()[0].Name

	for body, key := range map[string]string{
		`{"instances":` + list + `}`:                                                      "predictions",
		`{"signature_name":"serving_default", "instances" : ` + list + `}`:                "predictions",
		`{"inputs":` + list + `}`:                                                         "outputs",
		fmt.Sprintf(`{"inputs":{%q:%s}}`, name, list):                                     "outputs",
		`{"unknown":[{"a":null}],"inputs":` + strings.ReplaceAll(list, ",", " ,\n") + `}`: "outputs",
	} {
		status, answer := ask(t, h, "POST", "/v1/models/seed:predict", body)
		require.Equal(t, http.StatusOK, status, answer)
		var got map[string][][]float32
		require.NoError(t, json.Unmarshal([]byte(answer), &got))
		require.Len(t, got[key], 3, answer)
		for i, row := range got[key] {
			assert.Equal(t, want[i:i+1], row)
		}
	}
	for _, path := range []string{"/v1/models/seed/versions/1:predict"} {
		status, answer := ask(t, h, "POST", path, `{"instances":`+list+`}`)
		assert.Equal(t, http.StatusOK, status, answer)
	}
}

// TestV1SeveralInputs: objects by name, in rows and in columns.
func TestV1SeveralInputs(t *testing.T) {
	m := served(t, Options{}, map[string]string{"two": twoFile, "tokens": tokensFile})
	h := NewHandler(m)
	v, err := m.Find(Ref{Model: "two"})
	require.NoError(t, err)
	require.Len(t, v.Inputs, 2)
	a, b := v.Inputs[0].Name, v.Inputs[1].Name
	one := v.Inputs[0].Shape.String()
	x, err := runtime.NewTensor(runtime.Float32, append([]int{1}, v.Inputs[0].Shape[1:]...)...)
	require.NoError(t, err, one)
	row := string(appendLevel(nil, x, x.Shape()[1:], 0, x.Len(), numberV2))
	status, answer := ask(t, h, "POST", "/v1/models/two:predict", fmt.Sprintf(`{"instances":[{%q:%s,%q:%s},{%q:%s,%q:%s}]}`, a, row, b, row, b, row, a, row))
	assert.Equal(t, http.StatusOK, status, answer)
	status, answer = ask(t, h, "POST", "/v1/models/two:predict", fmt.Sprintf(`{"inputs":{%q:[%s],%q:[%s]}}`, a, row, b, row))
	assert.Equal(t, http.StatusOK, status, answer)

	for _, bad := range []string{
		fmt.Sprintf(`{"instances":[%s]}`, row),
		fmt.Sprintf(`{"instances":[{%q:%s}]}`, a, row),
		fmt.Sprintf(`{"instances":[{%q:%s,%q:%s,"c":1}]}`, a, row, b, row),
		fmt.Sprintf(`{"inputs":%s}`, row),
		fmt.Sprintf(`{"inputs":{%q:[%s]}}`, a, row),
		fmt.Sprintf(`{"inputs":{%q:[%s],%q:[%s,%s]}}`, a, row, b, row, row),
	} {
		status, answer := ask(t, h, "POST", "/v1/models/two:predict", bad)
		assert.Equal(t, http.StatusBadRequest, status, bad)
		assert.Contains(t, answer, "wanted", bad)
	}
}

func TestV1Errors(t *testing.T) {
	h := NewHandler(served(t, Options{MaxRows: 2, MaxBody: 4096, MaxDepth: 4}, map[string]string{"seed": seedFile, "tokens": tokensFile}))
	row := string(appendNested(nil, rows(t, 1, 52, 1), numberV2))
	row = row[1 : len(row)-1]
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"seed:predict", ``, 400, "wanted an object, received the end"},
		{"seed:predict", `[]`, 400, "wanted an object"},
		{"seed:predict", `{}`, 400, "Missing 'inputs' or 'instances' key"},
		{"seed:predict", `{"instances":[]}`, 400, "No values in 'instances' array"},
		{"seed:predict", `{"instances":[` + row + `]} x`, 400, "wanted the end"},
		{"seed:predict", `{"instances":[` + row + `],"inputs":[]}`, 400, "only one of"},
		{"seed:predict", `{"instances":[[1,2]]}`, 400, "float32(None, 52), received"},
		{"seed:predict", `{"instances":[[1,2],[1]]}`, 400, "wanted 2 elements, as in the list before, received 1"},
		{"seed:predict", `{"instances":[[1],2]}`, 400, "lists of one depth"},
		{"seed:predict", `{"instances":[["a"]]}`, 400, "wanted a number"},
		{"seed:predict", `{"instances":[[01]]}`, 400, "wanted a number"},
		{"seed:predict", `{"instances":[[1e39]]}`, 400, "fits float32"},
		{"seed:predict", `{"instances":[[1e999]]}`, 400, "wanted a number"},
		{"seed:predict", `{"instances":[` + row + `,` + row + `,` + row + `]}`, 400, "at most 2 rows, received 3"},
		{"seed:predict", `{"instances":[[[[[1]]]]]}`, 413, "nested too deeply"},
		{"seed:predict", `{"x":[[[[[1]]]]]}`, 413, "nested too deeply"},
		{"seed:predict", `{"x":"` + strings.Repeat("x", 5000) + `"}`, 413, "at most 4096 bytes"},
		{"seed:predict", `{"signature_name":"x","instances":[` + row + `]}`, 400, "serving_default"},
		{"seed:classify", `{}`, 400, "wanted :predict"},
		{"seed:what", `{}`, 400, "Malformed request"},
		{"seed", `{}`, 400, "Malformed request: POST /v1/models/seed"},
		{"other:predict", `{}`, 404, `no model \"other\"`},
		{"seed/versions/7:predict", `{}`, 404, "no version 7; there are [1]"},
		{"seed/labels/stable:predict", `{}`, 404, `no label \"stable\"`},
		{"tokens:predict", `{"instances":[[1.5]]}`, 400, "wanted a whole number"},
	} {
		status, answer := ask(t, h, "POST", "/v1/models/"+c.path, c.body)
		assert.Equal(t, c.status, status, "%s %.60s: %s", c.path, c.body, answer)
		assert.Contains(t, answer, c.says, "%s %.60s", c.path, c.body)
		var e struct{ Error string }
		require.NoError(t, json.Unmarshal([]byte(answer), &e), answer)
		assert.NotEmpty(t, e.Error)
	}
}

func TestV1StatusAndMetadata(t *testing.T) {
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	m.Label("seed", "stable", 1)
	h := NewHandler(m)
	for _, path := range []string{"seed", "seed/versions/1", "seed/labels/stable"} {
		status, answer := ask(t, h, "GET", "/v1/models/"+path, "")
		assert.Equal(t, 200, status)
		assert.JSONEq(t, `{"model_version_status":[{"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}],"name":"seed","ready":true}`, answer)
	}
	status, _ := ask(t, h, "GET", "/v1/models/seed/versions/2", "")
	assert.Equal(t, 404, status)

	status, answer := ask(t, h, "GET", "/v1/models/seed/metadata", "")
	assert.Equal(t, 200, status)
	var got struct {
		Spec     map[string]string `json:"model_spec"`
		Metadata struct {
			Def struct {
				Def map[string]struct {
					Inputs map[string]struct {
						DType string
						Shape struct{ Dim []struct{ Size string } } `json:"tensor_shape"`
					}
					Method string `json:"method_name"`
				} `json:"signature_def"`
			} `json:"signature_def"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &got))
	assert.Equal(t, map[string]string{"name": "seed", "signature_name": "", "version": "1"}, got.Spec)
	in := got.Metadata.Def.Def["serving_default"].Inputs[program(t, seedFile).Inputs()[0].Name]
	assert.Equal(t, "DT_FLOAT", in.DType)
	assert.Equal(t, []struct{ Size string }{{"-1"}, {"52"}}, in.Shape.Dim)
}
