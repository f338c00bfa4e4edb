package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/runtime"
)

type answerV2 struct {
	Model   string `json:"model_name"`
	Version string `json:"model_version"`
	ID      string
	Outputs []struct {
		Name, Datatype string
		Shape          []int
		Data           []float32
		Parameters     map[string]int
	}
}

// TestV2Infer: nested and flat data, keys in any order, give Predict's bits.
func TestV2Infer(t *testing.T) {
	h := NewHandler(served(t, Options{}, map[string]string{"seed": seedFile}))
	p := program(t, seedFile)
	x := rows(t, 2, 52, 1)
	want, err := p.Predict(x.Float32s())
	require.NoError(t, err)
	name := p.Inputs()[0].Name
	nested := string(appendNested(nil, x, numberV2))
	flat := "[" + string(appendElements(nil, x, 0, x.Len(), numberV2)) + "]"
	for _, body := range []string{
		fmt.Sprintf(`{"id":"a\"b","inputs":[{"name":%q,"shape":[2,52],"datatype":"FP32","data":%s}]}`, name, nested),
		fmt.Sprintf(`{"inputs":[{"data":%s,"datatype":"FP32","shape":[2,52],"name":%q}],"id":"a\"b","outputs":[{"name":%q}]}`, flat, name, p.Outputs()[0].Name),
		fmt.Sprintf(`{"id":"a\"b","parameters":{"priority":1,"x":"y","z":true},"inputs":[{"name":%q,"data":%s,"shape":[2,52],"datatype":"FP64"}]}`, name, flat),
	} {
		for _, path := range []string{"/v2/models/seed/infer", "/v2/models/seed/versions/1/infer"} {
			status, text := ask(t, h, "POST", path, body)
			require.Equal(t, 200, status, text)
			var got answerV2
			require.NoError(t, json.Unmarshal([]byte(text), &got))
			assert.Equal(t, []string{"seed", "1", `a"b`}, []string{got.Model, got.Version, got.ID})
			require.Len(t, got.Outputs, 1)
			assert.Equal(t, "FP32", got.Outputs[0].Datatype)
			assert.Equal(t, []int{2, 1}, got.Outputs[0].Shape)
			assert.Equal(t, want, got.Outputs[0].Data)
		}
	}
}

// TestV2Binary: bytes behind the JSON, both ways.
func TestV2Binary(t *testing.T) {
	h := NewHandler(served(t, Options{}, map[string]string{"seed": seedFile}))
	p := program(t, seedFile)
	x := rows(t, 2, 52, 1)
	want, err := p.Predict(x.Float32s())
	require.NoError(t, err)
	head := fmt.Sprintf(`{"inputs":[{"name":%q,"shape":[2,52],"datatype":"FP32","parameters":{"binary_data_size":416}}],"outputs":[{"name":%q,"parameters":{"binary_data":true}}]}`, p.Inputs()[0].Name, p.Outputs()[0].Name)
	post := func(head string, length int, raw []byte) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/v2/models/seed/infer", bytes.NewReader(append([]byte(head), raw...)))
		r.Header.Set(headerLength, strconv.Itoa(length))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	w := post(head, len(head), oip.Raw(x))
	require.Equal(t, 200, w.Code, w.Body)
	n, err := strconv.Atoi(w.Header().Get(headerLength))
	require.NoError(t, err)
	var got answerV2
	require.NoError(t, json.Unmarshal(w.Body.Bytes()[:n], &got))
	assert.Equal(t, 8, got.Outputs[0].Parameters["binary_data_size"])
	y, err := oip.FromRaw("y", runtime.Float32, "FP32", []int{2, 1}, w.Body.Bytes()[n:])
	require.NoError(t, err)
	assert.Equal(t, want, y.Float32s())

	for _, bad := range []*httptest.ResponseRecorder{
		post(head, len(head)+417, oip.Raw(x)), post(head, len(head), oip.Raw(x)[1:]), post(head, len(head), append(oip.Raw(x), 0)),
		post(head, -1, oip.Raw(x)), post(head, len(head)-1, oip.Raw(x)),
		post(`{"inputs":[{"name":"input_layer","shape":[2,52],"datatype":"FP32","parameters":{"binary_data_size":-1}}]}`, 94, nil),
		post(`{"inputs":[{"name":"input_layer","shape":[2,52],"datatype":"FP32","parameters":{"binary_data_size":1e30}}]}`, 96, nil),
	} {
		assert.Equal(t, 400, bad.Code)
		assert.Contains(t, bad.Body.String(), "wanted")
	}
}

func TestV2Errors(t *testing.T) {
	h := NewHandler(served(t, Options{}, map[string]string{"seed": seedFile}))
	for body, says := range map[string]string{
		``:                          "wanted an object",
		`{"inputs":{}}`:             "wanted a list",
		`{"inputs":[]}`:             `no \"input_layer\"`,
		`{"inputs":[{"name":"x"}]}`: `wanted [\"input_layer\"], received \"x\"`,
		`{"inputs":[{"data":[1]}]}`: `received \"\"`,
		`{"inputs":[{"name":"input_layer","datatype":"FP32","data":[1]}]}`:                                                                             "wanted a shape",
		`{"inputs":[{"name":"input_layer","shape":[1,52],"datatype":"FP32"}]}`:                                                                         "received neither",
		`{"inputs":[{"name":"input_layer","shape":[1,52],"datatype":"BYTES","data":["a"]}]}`:                                                           "wanted a number",
		`{"inputs":[{"name":"input_layer","shape":[1,1],"datatype":"BOOL","data":[1]}]}`:                                                               `wanted the datatype FP32, received \"BOOL\"`,
		`{"inputs":[{"name":"input_layer","shape":[1,52],"datatype":"FP32","data":[1]}]}`:                                                              "wanted the 52 elements",
		`{"inputs":[{"name":"input_layer","shape":[-1,52],"datatype":"FP32","data":[1]}]}`:                                                             "sizes from 0",
		`{"inputs":[{"name":"input_layer","shape":[2147483647,2147483647],"datatype":"FP32","data":[1]}]}`:                                             "elements",
		`{"inputs":[{"name":"input_layer","shape":[1],"datatype":"FP32","data":[1]}]}`:                                                                 "float32(None, 52)",
		`{"inputs":[{"name":"input_layer","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"x"}}]}`:                                  "not supported",
		`{"inputs":[{"name":"input_layer","shape":[1],"datatype":"FP32","data":[1]},{"name":"input_layer","shape":[1],"datatype":"FP32","data":[1]}]}`: "twice",
		`{"outputs":[{"name":"z"}],"inputs":[]}`:                                                                                                       `received \"z\"`,
	} {
		status, text := ask(t, h, "POST", "/v2/models/seed/infer", body)
		assert.Equal(t, 400, status, body)
		assert.Contains(t, text, says, body)
	}
	for path, want := range map[string]int{
		"/v2/models/none": 404, "/v2/models/seed/versions/2": 404, "/v2/models/seed/versions/x": 404, "/v2/nothing": 404, "/": 200, "/v1/models": 200,
		"/v2/models/seed": 200, "/v2/models/seed/versions/1": 200, "/v2/models/seed/ready": 200, "/v2/models/seed/config": 200,
		"/v2/models/seed/stats": 200, "/v2/models/stats": 200, "/v2": 200, "/v2/": 200, "/v2/health/live": 200, "/v2/health/ready": 200,
		"/healthz": 200, "/readyz": 200,
	} {
		status, text := ask(t, h, "GET", path, "")
		assert.Equal(t, want, status, path)
		assert.True(t, json.Valid([]byte(text)), text)
	}
}

func TestV2Metadata(t *testing.T) {
	h := NewHandler(served(t, Options{}, map[string]string{"seed": seedFile}))
	_, text := ask(t, h, "GET", "/v2/models/seed", "")
	assert.JSONEq(t, `{"name":"seed","versions":["1"],"platform":"kerasrun_keras","inputs":[{"name":"input_layer","datatype":"FP32","shape":[-1,52]}],
		"outputs":[{"name":"`+program(t, seedFile).Outputs()[0].Name+`","datatype":"FP32","shape":[-1,1]}]}`, text)
}

// TestNumbers: both protocols' numbers read back as the same float32.
func TestNumbers(t *testing.T) {
	assert.Equal(t, "0.2 9e+06 1.0 0.333333343 NaN -Infinity -0.0 1e-05", fmt.Sprintf("%s %s %s %s %s %s %s %s", numberV1(nil, .2), numberV1(nil, 9e6),
		numberV1(nil, 1), numberV1(nil, 1./3), numberV1(nil, nan32()), numberV1(nil, -inf32()), numberV1(nil, negativeZero()), numberV1(nil, 1e-5)))
	assert.Equal(t, "0.33333334 Infinity", fmt.Sprintf("%s %s", numberV2(nil, 1./3), numberV2(nil, inf32())))
}
