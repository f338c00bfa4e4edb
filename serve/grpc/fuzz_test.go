package grpc

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// FuzzMessages: whatever a message holds ends in an answer, or in an error that
// says what was wanted.
func FuzzMessages(f *testing.F) {
	m := serve.NewModels(serve.Options{MaxRows: 8})
	for name, file := range map[string]string{"seed": seedFile, "tokens": tokensFile} {
		if err := m.Open(name, file); err != nil {
			f.Fatal(err)
		}
	}
	add := func(q proto.Message) {
		data, err := proto.Marshal(q)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	shape := &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dim{{Size: 1}, {Size: 52}}}
	add(&pb.PredictRequest{ModelSpec: &pb.ModelSpec{Name: "seed"}, Inputs: map[string]*pb.TensorProto{"input_layer": {Dtype: pb.DataType_DT_FLOAT, TensorShape: shape, FloatVal: []float32{1}}}})
	add(&pb.ModelInferRequest{ModelName: "seed", Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "input_layer", Datatype: "FP32", Shape: []int64{1, 52}}}, RawInputContents: [][]byte{make([]byte, 208)}})
	add(&pb.ModelInferRequest{ModelName: "tokens", Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "in0", Datatype: "INT8", Shape: []int64{1, 2}, Contents: &pb.InferTensorContents{IntContents: []int32{1, 2}}}}})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, model := range []string{"seed", "tokens"} {
			v, err := m.Find(serve.Ref{Model: model})
			if err != nil {
				t.Fatal(err)
			}
			var infer pb.ModelInferRequest
			if proto.Unmarshal(data, &infer) == nil {
				_, err = inference{models: m}.infer(t.Context(), v, &infer)
				judge(t, err)
			}
			var predict pb.PredictRequest
			if proto.Unmarshal(data, &predict) == nil {
				_, err = prediction{models: m}.predict(t.Context(), v, &predict)
				judge(t, err)
			}
		}
	})
}

// judge fails for a fault of the server.
func judge(t *testing.T, err error) {
	if e, ok := err.(*serve.Error); err != nil && (!ok || e.Code == serve.Internal) {
		t.Fatal(err)
	}
}
