package serve_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"

	"github.com/kerasrun/kerasrun/serve"
)

// A model behind TensorFlow Serving's API, inside of a server of one's own.
func Example() {
	models := serve.NewModels(serve.Options{})
	if err := models.Open("add", "../testdata/models/layers/Functional_layer_in_a_row_k3.keras"); err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(serve.NewHandler(models))
	defer server.Close()
	answer, err := server.Client().Post(server.URL+"/v1/models/add:predict", "application/json", strings.NewReader(`{"instances": [[0, 0, 0, 0, 0]]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(text))
	// Output: 200 {"predictions":[[-0.813642561,0.613084,0.203447938,-0.740087926,0.596244097]]}
}
