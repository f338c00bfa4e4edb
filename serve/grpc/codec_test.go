package grpc

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// Two bytes a message: a request of 4 MB would take half a gigabyte.
func TestManySmallMessagesAreRefused(t *testing.T) {
	c := dial(t, served(t, serve.Options{}), Options{})
	inputs := make([]*pb.ModelInferRequest_InferInputTensor, 1_000_000)
	for i := range inputs {
		inputs[i] = &pb.ModelInferRequest_InferInputTensor{}
	}
	_, err := pb.NewGRPCInferenceServiceClient(c).ModelInfer(context.Background(), &pb.ModelInferRequest{ModelName: "seed", Inputs: inputs})
	require.Error(t, err)
	assert.Contains(t, status.Convert(err).Message(), "wanted at most 16777216 bytes")
}

// The estimate is not below what decoding takes, for the messages that grow most.
func TestDecodedSize(t *testing.T) {
	texts := make([][]byte, 100_000)
	for name, m := range map[string]*pb.ModelInferRequest{
		"messages": {Inputs: func() (in []*pb.ModelInferRequest_InferInputTensor) {
			for range 100_000 {
				in = append(in, &pb.ModelInferRequest_InferInputTensor{})
			}
			return in
		}()},
		"texts":   {RawInputContents: texts},
		"numbers": {Inputs: []*pb.ModelInferRequest_InferInputTensor{{Contents: &pb.InferTensorContents{Int64Contents: make([]int64, 1_000_000)}}}},
		"bytes":   {RawInputContents: [][]byte{make([]byte, 3_000_000)}},
	} {
		b, err := proto.Marshal(m)
		require.NoError(t, err)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var out pb.ModelInferRequest
		require.NoError(t, proto.Unmarshal(b, &out))
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(&out)
		held := int(after.HeapAlloc) - int(before.HeapAlloc)
		assert.LessOrEqual(t, held, decodedSize(out.ProtoReflect().Descriptor(), b, 0)*5/4+100_000, name)
	}
}
