package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	google "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// errBusy is the error of a request that the server turned away.
var errBusy = errors.New("turned away")

// client asks a server in every protocol that it has.
type client struct {
	http      *http.Client
	at        string
	conn      *google.ClientConn
	inference pb.GRPCInferenceServiceClient
	serving   pb.PredictionServiceClient
	calls     []func(ctx context.Context, x []float32) ([]float32, error)
}

func newClient(s *server) (*client, error) {
	conn, err := google.NewClient(s.grpc, google.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	c := &client{
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}, at: "http://" + s.http,
		conn: conn, inference: pb.NewGRPCInferenceServiceClient(conn), serving: pb.NewPredictionServiceClient(conn),
	}
	c.calls = append(c.calls, c.rowsOfV1, c.binaryV2, c.infer, c.predict)
	return c, nil
}

func (c *client) close() {
	c.http.CloseIdleConnections()
	_ = c.conn.Close()
}

// post returns the answer to a body, errBusy for 503, and else the status as an error.
func (c *client) post(ctx context.Context, path string, body []byte, header ...string) ([]byte, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, "POST", c.at+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := c.http.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer a.Body.Close()
	data, err := io.ReadAll(a.Body)
	switch {
	case err != nil:
		return nil, nil, err
	case a.StatusCode == http.StatusServiceUnavailable && a.Header.Get("Retry-After") != "":
		return nil, nil, errBusy
	case a.StatusCode != http.StatusOK:
		return nil, nil, fmt.Errorf("status %d: %s", a.StatusCode, data)
	}
	return data, a.Header, nil
}

func (c *client) rowsOfV1(ctx context.Context, x []float32) ([]float32, error) {
	table := make([][]float32, rows)
	for i := range table {
		table[i] = x[i*width : (i+1)*width]
	}
	body, err := json.Marshal(map[string]any{"instances": table})
	if err != nil {
		return nil, err
	}
	data, _, err := c.post(ctx, "/v1/models/m:predict", body)
	if err != nil {
		return nil, err
	}
	var a struct{ Predictions [][1]float32 }
	err = json.Unmarshal(data, &a)
	var y []float32
	for _, p := range a.Predictions {
		y = append(y, p[0])
	}
	return y, err
}

func tensor(x []float32) []byte {
	t, err := runtime.TensorOf(x, len(x))
	if err != nil {
		panic(err) // a shape of one size fits its elements
	}
	return oip.Raw(t)
}

func elements(raw []byte) ([]float32, error) {
	t, err := oip.FromRaw("y", runtime.Float32, "FP32", []int{len(raw) / 4}, raw)
	if err != nil {
		return nil, err
	}
	return t.Float32s(), nil
}

func (c *client) binaryV2(ctx context.Context, x []float32) ([]float32, error) {
	raw := tensor(x)
	head := fmt.Appendf(nil, `{"inputs":[{"name":"x","datatype":"FP32","shape":[%d,%d],"parameters":{"binary_data_size":%d}}],"parameters":{"binary_data_output":true}}`, rows, width, len(raw))
	data, header, err := c.post(ctx, "/v2/models/m/infer", append(head, raw...), headerLength, strconv.Itoa(len(head)))
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(header.Get(headerLength))
	if err != nil || n > len(data) {
		return nil, fmt.Errorf("%s %q of %d bytes", headerLength, header.Get(headerLength), len(data))
	}
	return elements(data[n:])
}

const headerLength = "Inference-Header-Content-Length"

func (c *client) infer(ctx context.Context, x []float32) ([]float32, error) {
	a, err := c.inference.ModelInfer(ctx, &pb.ModelInferRequest{ModelName: "m", RawInputContents: [][]byte{tensor(x)},
		Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "x", Datatype: "FP32", Shape: []int64{rows, width}}}})
	if err != nil {
		return nil, overGRPC(err)
	}
	return elements(a.RawOutputContents[0])
}

func (c *client) predict(ctx context.Context, x []float32) ([]float32, error) {
	a, err := c.serving.Predict(ctx, &pb.PredictRequest{ModelSpec: &pb.ModelSpec{Name: "m"}, Inputs: map[string]*pb.TensorProto{"x": {
		Dtype: pb.DataType_DT_FLOAT, TensorShape: &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dim{{Size: rows}, {Size: width}}}, FloatVal: x,
	}}})
	if err != nil {
		return nil, overGRPC(err)
	}
	for _, o := range a.Outputs {
		return o.FloatVal, nil
	}
	return nil, errors.New("no output")
}

// overGRPC is errBusy where the server turned a request away.
func overGRPC(err error) error {
	if s := status.Convert(err); s.Code() == codes.Unavailable && strings.HasPrefix(s.Message(), "too many") {
		return errBusy
	}
	return err
}
