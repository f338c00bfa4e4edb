package serve

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"testing"
)

func FuzzV1(f *testing.F) {
	h := NewHandler(served(f, Options{MaxRows: 8}, map[string]string{"seed": seedFile, "two": twoFile, "tokens": tokensFile}))
	for _, s := range []string{`{"instances":[[1,2.5e-3,-0,NaN]]}`, `{"inputs":{"a":[[1]]},"signature_name":"x"}`, `{"instances":[{"a":1,"b":[]}]}`, `{"inputs":[[]],"x":"\u00e9"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, model := range []string{"seed", "two", "tokens"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("POST", "/v1/models/"+model+":predict", bytes.NewReader([]byte(body))))
			judge(t, w)
		}
	})
}

func FuzzV2(f *testing.F) {
	h := NewHandler(served(f, Options{MaxRows: 8}, map[string]string{"seed": seedFile, "tokens": tokensFile}))
	f.Add(`{"id":"1","inputs":[{"name":"input_layer","shape":[1,52],"datatype":"FP32","data":[1]}],"outputs":[{"name":"x"}]}`, 0, []byte{})
	f.Add(`{"inputs":[{"name":"input_layer","shape":[1,2],"datatype":"FP16","parameters":{"binary_data_size":4}}],"parameters":{"binary_data_output":true}}`, 132, []byte{1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, head string, length int, raw []byte) {
		for _, model := range []string{"seed", "tokens"} {
			r := httptest.NewRequest("POST", "/v2/models/"+model+"/infer", bytes.NewReader(append([]byte(head), raw...)))
			if length != 0 {
				r.Header.Set(headerLength, strconv.Itoa(length))
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Header().Get(headerLength) == "" {
				judge(t, w)
			}
		}
	})
}

// judge fails for a fault of the server, and for an error that is not JSON.
func judge(t *testing.T, w *httptest.ResponseRecorder) {
	if w.Code >= 500 && w.Code != 503 {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	if w.Code != 200 && !json.Valid(w.Body.Bytes()) { // answers may have NaN
		t.Fatalf("no JSON: %s", w.Body)
	}
}

// FuzzNumbers: what the reader takes for a number is one, with encoding/json's value.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"0", "-1.5", "01", "1.", ".5", "1e5", "9007199254740993", "0.1234567890123456789", "1E+400"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := &reader{text: []byte(s + " ")} // short numbers end before something
		got, err := r.float()
		if err != nil || r.end() != nil {
			return
		}
		var want float64
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			if s := bytes.TrimSpace([]byte(s)); !bytes.Contains([]byte("NaN Infinity Inf -Infinity -Inf"), s) {
				t.Fatalf("%q is no number, received %v", s, got)
			}
			return
		}
		if got != want {
			t.Fatalf("%q: wanted %v, received %v", s, want, got)
		}
	})
}
