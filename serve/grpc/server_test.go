package grpc

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	google "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

const (
	seedFile   = "../../testdata/models/seed/seed_k3.keras"
	tokensFile = "../../testdata/models/layers/Embedding_plain_k3.keras"
)

func dial(t *testing.T, m *serve.Models, o Options) *google.ClientConn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := NewServer(m, o)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(s.Stop)
	c, err := google.NewClient(l.Addr().String(), google.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func served(t *testing.T, o serve.Options) *serve.Models {
	t.Helper()
	m := serve.NewModels(o)
	require.NoError(t, m.Open("seed", seedFile))
	require.NoError(t, m.Open("tokens", tokensFile))
	return m
}

// example is two rows for the seed model, and Predict's answers.
func example(t *testing.T) (x *runtime.Tensor, want []float32) {
	t.Helper()
	data := make([]float32, 2*52)
	for i := range data {
		data[i] = float32(i%13) / 7
	}
	x, err := runtime.TensorOf(data, 2, 52)
	require.NoError(t, err)
	m, err := keras.Load(seedFile)
	require.NoError(t, err)
	p, err := m.Compile()
	require.NoError(t, err)
	want, err = p.Predict(data)
	require.NoError(t, err)
	return x, want
}

// TestPredict: elements as bytes, in a list, and left out, as TensorFlow has them.
func TestPredict(t *testing.T) {
	x, want := example(t)
	c := pb.NewPredictionServiceClient(dial(t, served(t, serve.Options{}), Options{}))
	shape := &pb.TensorShapeProto{Dim: []*pb.TensorShapeProto_Dim{{Size: 2}, {Size: 52}}}
	for _, in := range []*pb.TensorProto{
		{Dtype: pb.DataType_DT_FLOAT, TensorShape: shape, TensorContent: oip.Raw(x)},
		{Dtype: pb.DataType_DT_FLOAT, TensorShape: shape, FloatVal: x.Float32s()},
	} {
		a, err := c.Predict(t.Context(), &pb.PredictRequest{ModelSpec: &pb.ModelSpec{Name: "seed", SignatureName: "serving_default"}, Inputs: map[string]*pb.TensorProto{"input_layer": in}})
		require.NoError(t, err)
		assert.EqualValues(t, 1, a.ModelSpec.GetVersion().Value)
		require.Len(t, a.Outputs, 1)
		for _, out := range a.Outputs {
			assert.Equal(t, want, out.FloatVal)
			assert.Equal(t, pb.DataType_DT_FLOAT, out.Dtype)
			assert.EqualValues(t, 2, out.TensorShape.Dim[0].Size)
		}
	}
	ones := &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: shape, FloatVal: []float32{1}}
	a, err := c.Predict(t.Context(), &pb.PredictRequest{ModelSpec: &pb.ModelSpec{Name: "seed"}, Inputs: map[string]*pb.TensorProto{"input_layer": ones}})
	require.NoError(t, err)
	for _, out := range a.Outputs {
		assert.Equal(t, out.FloatVal[0], out.FloatVal[1])
	}
}

func TestPredictErrors(t *testing.T) {
	c := pb.NewPredictionServiceClient(dial(t, served(t, serve.Options{}), Options{}))
	dims := func(d ...int64) *pb.TensorShapeProto {
		s := &pb.TensorShapeProto{}
		for _, n := range d {
			s.Dim = append(s.Dim, &pb.TensorShapeProto_Dim{Size: n})
		}
		return s
	}
	fine := &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: dims(1, 52)}
	for _, q := range []struct {
		spec *pb.ModelSpec
		in   *pb.TensorProto
		code codes.Code
		says string
	}{
		{&pb.ModelSpec{Name: "none"}, fine, codes.NotFound, `no model "none"`},
		{&pb.ModelSpec{Name: "seed", VersionChoice: &pb.ModelSpec_Version{Version: wrapperspb.Int64(9)}}, fine, codes.NotFound, "no version 9"},
		{&pb.ModelSpec{Name: "seed", VersionChoice: &pb.ModelSpec_VersionLabel{VersionLabel: "x"}}, fine, codes.NotFound, `no label "x"`},
		{&pb.ModelSpec{Name: "seed", SignatureName: "x"}, fine, codes.InvalidArgument, "serving_default"},
		{&pb.ModelSpec{Name: "seed"}, nil, codes.InvalidArgument, "DT_INVALID"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_STRING, TensorShape: dims(1, 52)}, codes.InvalidArgument, "DT_STRING"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: dims(1, 51)}, codes.InvalidArgument, "float32(None, 52)"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: dims(1<<20, 52)}, codes.InvalidArgument, "wanted 54525952 elements"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: dims(-1, 52)}, codes.InvalidArgument, "from 0"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: dims(1, 52), TensorContent: []byte{1}}, codes.InvalidArgument, "wanted 208 bytes"},
		{&pb.ModelSpec{Name: "seed"}, &pb.TensorProto{Dtype: pb.DataType_DT_FLOAT, TensorShape: &pb.TensorShapeProto{UnknownRank: true}}, codes.InvalidArgument, "unknown rank"},
	} {
		_, err := c.Predict(t.Context(), &pb.PredictRequest{ModelSpec: q.spec, Inputs: map[string]*pb.TensorProto{"input_layer": q.in}})
		assert.Equal(t, q.code, status.Code(err), "%v", err)
		assert.ErrorContains(t, err, q.says)
	}
	_, err := c.Predict(t.Context(), &pb.PredictRequest{})
	assert.Equal(t, codes.NotFound, status.Code(err))
}

// TestInfer: bytes and typed lists, and errors.
func TestInfer(t *testing.T) {
	x, want := example(t)
	c := pb.NewGRPCInferenceServiceClient(dial(t, served(t, serve.Options{}), Options{}))
	in := func(contents *pb.InferTensorContents) []*pb.ModelInferRequest_InferInputTensor {
		return []*pb.ModelInferRequest_InferInputTensor{{Name: "input_layer", Datatype: "FP32", Shape: []int64{2, 52}, Contents: contents}}
	}
	for _, q := range []*pb.ModelInferRequest{
		{Inputs: in(nil), RawInputContents: [][]byte{oip.Raw(x)}},
		{Inputs: in(&pb.InferTensorContents{Fp32Contents: x.Float32s()}), ModelVersion: "1"},
	} {
		q.ModelName, q.Id = "seed", "7"
		a, err := c.ModelInfer(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, []string{"seed", "1", "7"}, []string{a.ModelName, a.ModelVersion, a.Id})
		y, err := oip.FromRaw("y", runtime.Float32, a.Outputs[0].Datatype, []int{2, 1}, a.RawOutputContents[0])
		require.NoError(t, err)
		assert.Equal(t, want, y.Float32s())
	}
	for _, q := range []*pb.ModelInferRequest{
		{Inputs: in(nil)},
		{Inputs: in(nil), RawInputContents: [][]byte{{1}}},
		{Inputs: in(nil), RawInputContents: [][]byte{oip.Raw(x), nil}},
		{Inputs: in(&pb.InferTensorContents{}), RawInputContents: [][]byte{oip.Raw(x)}},
		{Inputs: in(nil), RawInputContents: [][]byte{oip.Raw(x)}, Outputs: []*pb.ModelInferRequest_InferRequestedOutputTensor{{Name: "x"}}},
		{Inputs: append(in(nil), in(nil)...), RawInputContents: [][]byte{oip.Raw(x), oip.Raw(x)}},
	} {
		q.ModelName = "seed"
		_, err := c.ModelInfer(t.Context(), q)
		assert.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
		assert.ErrorContains(t, err, "wanted")
	}
	_, err := c.ModelInfer(t.Context(), &pb.ModelInferRequest{ModelName: "seed", ModelVersion: "2"})
	assert.Equal(t, codes.NotFound, status.Code(err))
	_, err = contents("x", "INT8", &pb.InferTensorContents{IntContents: []int32{1, 200}})
	assert.ErrorContains(t, err, "element 1 must fit INT8, received 200")
	m, err := c.ModelMetadata(t.Context(), &pb.ModelMetadataRequest{Name: "tokens"})
	require.NoError(t, err)
	assert.Equal(t, []string{"1"}, m.Versions)
}

// TestTokenAndHealth: health is for everybody, the rest for who bears the token.
func TestTokenAndHealth(t *testing.T) {
	m := served(t, serve.Options{})
	conn := dial(t, m, Options{Token: []byte("secret")})
	live := func(ctx context.Context) error {
		_, err := pb.NewGRPCInferenceServiceClient(conn).ServerLive(ctx, &pb.ServerLiveRequest{})
		return err
	}
	assert.Equal(t, codes.Unauthenticated, status.Code(live(t.Context())))
	assert.NoError(t, live(metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer secret")))
	h := grpc_health_v1.NewHealthClient(conn)
	for service, want := range map[string]grpc_health_v1.HealthCheckResponse_ServingStatus{"": grpc_health_v1.HealthCheckResponse_SERVING, "seed": grpc_health_v1.HealthCheckResponse_SERVING} {
		a, err := h.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
		require.NoError(t, err)
		assert.Equal(t, want, a.Status)
	}
	_, err := h.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "none"})
	assert.Equal(t, codes.NotFound, status.Code(err))
	m.End()
	a, err := h.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	require.NoError(t, err)
	assert.Equal(t, grpc_health_v1.HealthCheckResponse_NOT_SERVING, a.Status)
}

// TestSlots: the memory of requests bounds how many are read at a time, and each
// gives its place back.
func TestSlots(t *testing.T) {
	m := served(t, serve.Options{Memory: 1 << 26})
	c := pb.NewGRPCInferenceServiceClient(dial(t, m, Options{MaxMessage: 1 << 26}))
	for range 100 { // one after the other, in eight places
		_, err := c.ServerLive(t.Context(), &pb.ServerLiveRequest{})
		if err != nil {
			require.Equal(t, codes.Unavailable, status.Code(err)) // the place of the one before is given back a moment later
		}
	}
	require.Eventually(t, func() bool {
		_, err := c.ServerLive(t.Context(), &pb.ServerLiveRequest{})
		return err == nil
	}, 5e9, 1e6)
}

func TestStatusAndMetadata(t *testing.T) {
	conn := dial(t, served(t, serve.Options{}), Options{})
	a, err := pb.NewModelServiceClient(conn).GetModelStatus(t.Context(), &pb.GetModelStatusRequest{ModelSpec: &pb.ModelSpec{Name: "seed"}})
	require.NoError(t, err)
	require.Len(t, a.ModelVersionStatus, 1)
	assert.Equal(t, pb.ModelVersionStatus_AVAILABLE, a.ModelVersionStatus[0].State)
	p := pb.NewPredictionServiceClient(conn)
	b, err := p.GetModelMetadata(t.Context(), &pb.GetModelMetadataRequest{ModelSpec: &pb.ModelSpec{Name: "seed"}, MetadataField: []string{"signature_def"}})
	require.NoError(t, err)
	var s pb.SignatureDefMap
	require.NoError(t, b.Metadata["signature_def"].UnmarshalTo(&s))
	assert.EqualValues(t, 52, s.SignatureDef["serving_default"].Inputs["input_layer"].TensorShape.Dim[1].Size)
	_, err = p.GetModelMetadata(t.Context(), &pb.GetModelMetadataRequest{ModelSpec: &pb.ModelSpec{Name: "seed"}})
	assert.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestConfigAndStatistics(t *testing.T) {
	x, _ := example(t)
	c := pb.NewGRPCInferenceServiceClient(dial(t, served(t, serve.Options{}), Options{}))
	config, err := c.ModelConfig(t.Context(), &pb.ModelConfigRequest{Name: "tokens"})
	require.NoError(t, err)
	in := config.Config.Input[0]
	assert.Equal(t, pb.ConfigType_TYPE_INT32, in.DataType)
	assert.EqualValues(t, -1, in.Dims[0])
	_, err = c.ModelConfig(t.Context(), &pb.ModelConfigRequest{Name: "none"})
	assert.Equal(t, codes.NotFound, status.Code(err))

	_, err = c.ModelInfer(t.Context(), &pb.ModelInferRequest{ModelName: "seed", RawInputContents: [][]byte{oip.Raw(x)},
		Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "input_layer", Datatype: "FP32", Shape: []int64{2, 52}}}})
	require.NoError(t, err)
	all, err := c.ModelStatistics(t.Context(), &pb.ModelStatisticsRequest{})
	require.NoError(t, err)
	require.Len(t, all.ModelStats, 2)
	one, err := c.ModelStatistics(t.Context(), &pb.ModelStatisticsRequest{Name: "seed", Version: "1"})
	require.NoError(t, err)
	s := one.ModelStats[0]
	assert.EqualValues(t, 2, s.InferenceCount)
	assert.EqualValues(t, 1, s.InferenceStats.Success.Count)
	assert.EqualValues(t, 2, s.BatchStats[0].BatchSize)
	assert.NotZero(t, s.LastInference)
	_, err = c.ModelStatistics(t.Context(), &pb.ModelStatisticsRequest{Name: "seed", Version: "7"})
	assert.Equal(t, codes.NotFound, status.Code(err))
}
