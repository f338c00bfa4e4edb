package grpc

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	google "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// TestAdmin: the administrator's listener answers HTTP and gRPC, the server's own says
// where to ask.
func TestAdmin(t *testing.T) {
	m := served(t, serve.Options{})
	at := make(chan net.Addr, 1)
	s := &serve.Server{Models: m, Address: "127.0.0.1:0", Admin: "127.0.0.1:0", AdminGRPC: NewAdmin(m, Options{Token: []byte("secret")})}
	s.Listening = func(what string, a net.Addr) {
		if what == "admin" {
			at <- a
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	address := (<-at).String()
	conn, err := google.NewClient(address, google.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	c := pb.NewGRPCInferenceServiceClient(conn)
	_, err = c.RepositoryModelUnload(t.Context(), &pb.RepositoryModelUnloadRequest{ModelName: "seed"})
	assert.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
	known := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer secret")
	state := func() string {
		a, err := c.RepositoryIndex(known, &pb.RepositoryIndexRequest{})
		require.NoError(t, err)
		require.Equal(t, "seed", a.Models[0].Name)
		return a.Models[0].State + a.Models[0].Reason
	}
	assert.Equal(t, "READY", state())
	_, err = c.RepositoryModelUnload(known, &pb.RepositoryModelUnloadRequest{ModelName: "seed", Parameters: map[string]*pb.ModelRepositoryParameter{"unload_dependents": {}}})
	require.NoError(t, err)
	assert.Equal(t, "UNAVAILABLEunloaded", state())
	for _, key := range []string{"config", "file:1/model.keras"} {
		_, err = c.RepositoryModelLoad(known, &pb.RepositoryModelLoadRequest{ModelName: "seed", Parameters: map[string]*pb.ModelRepositoryParameter{key: {}}})
		assert.Equal(t, codes.Unimplemented, status.Code(err))
		assert.ErrorContains(t, err, key)
	}
	_, err = c.RepositoryModelLoad(known, &pb.RepositoryModelLoadRequest{ModelName: "none"})
	assert.Equal(t, codes.NotFound, status.Code(err))
	_, err = c.RepositoryModelLoad(known, &pb.RepositoryModelLoadRequest{ModelName: "seed"})
	require.NoError(t, err)
	assert.Equal(t, "READY", state())

	a, err := http.Get("http://" + address + "/metrics")
	require.NoError(t, err)
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	require.NoError(t, a.Body.Close())
	assert.Contains(t, string(text), `kerasrun_model_loads_total{model="seed",result="loaded"} 2`)
	http.DefaultClient.CloseIdleConnections()

	stop() // with the connection of gRPC open
	select {
	case err = <-ended:
		assert.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Error("the server has not ended")
	}
	require.NoError(t, conn.Close())
}

// TestAccessLog: a line for each request, with its trace.
func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	m := served(t, serve.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	c := pb.NewGRPCInferenceServiceClient(dial(t, m, Options{AccessLog: true, Token: []byte("secret")}))
	log.Reset()
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	_, err := c.ServerLive(metadata.AppendToOutgoingContext(t.Context(), "traceparent", trace), &pb.ServerLiveRequest{})
	require.Error(t, err)
	assert.Contains(t, log.String(), "method=/inference.GRPCInferenceService/ServerLive code=Unauthenticated")
	assert.Contains(t, log.String(), "traceparent="+trace)
}

// TestUnserved: what of Triton's is not there says why, as gRPC does.
func TestUnserved(t *testing.T) {
	conn := dial(t, served(t, serve.Options{}), Options{})
	for method, says := range map[string]string{
		"inference.GRPCInferenceService/SystemSharedMemoryRegister": "no shared memory",
		"inference.GRPCInferenceService/TraceSetting":               "flags",
		"inference.GRPCInferenceService/RepositoryModelLoad":        "--admin",
		"inference.GRPCInferenceService/RepositoryModelUnload":      "--admin",
		"some.Other/Call": "nothing answers it",
	} {
		err := conn.Invoke(t.Context(), "/"+method, &pb.ServerLiveRequest{}, &pb.ServerLiveResponse{})
		assert.Equal(t, codes.Unimplemented, status.Code(err), method)
		assert.ErrorContains(t, err, says)
	}
}

// TestStream: requests of a stream are answered in order, a wrong one by its error.
func TestStream(t *testing.T) {
	x, want := example(t)
	c := pb.NewGRPCInferenceServiceClient(dial(t, served(t, serve.Options{}), Options{}))
	stream, err := c.ModelStreamInfer(t.Context())
	require.NoError(t, err)
	for _, model := range []string{"seed", "none", "seed"} {
		require.NoError(t, stream.Send(&pb.ModelInferRequest{ModelName: model, Id: "of " + model, RawInputContents: [][]byte{oip.Raw(x)},
			Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "input_layer", Datatype: "FP32", Shape: []int64{2, 52}}}}))
	}
	require.NoError(t, stream.CloseSend())
	for _, model := range []string{"seed", "none", "seed"} {
		a, err := stream.Recv()
		require.NoError(t, err)
		r := a.InferResponse
		assert.Equal(t, "of "+model, r.Id)
		assert.True(t, r.Parameters["triton_final_response"].GetBoolParam())
		if model == "none" {
			assert.Contains(t, a.ErrorMessage, `no model "none"`)
			continue
		}
		assert.Empty(t, a.ErrorMessage)
		y, err := oip.FromRaw("y", x.DType(), r.Outputs[0].Datatype, []int{2, 1}, r.RawOutputContents[0])
		require.NoError(t, err)
		assert.Equal(t, want, y.Float32s())
	}
	_, err = stream.Recv()
	assert.ErrorIs(t, err, io.EOF)
}

// TestSilence: requests that never come whole end, and streams that say nothing leave
// places for others.
func TestSilence(t *testing.T) {
	m := served(t, serve.Options{Timeout: 200 * time.Millisecond, Memory: 1 << 26})
	conn := dial(t, m, Options{MaxMessage: 1 << 26})
	infer := &google.StreamDesc{ClientStreams: true}
	for range 20 {
		s, err := conn.NewStream(t.Context(), infer, "/inference.GRPCInferenceService/ModelInfer")
		require.NoError(t, err)
		_ = s // nothing is sent
		_, err = pb.NewGRPCInferenceServiceClient(conn).ModelStreamInfer(t.Context())
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		_, err := pb.NewGRPCInferenceServiceClient(conn).ServerLive(t.Context(), &pb.ServerLiveRequest{})
		if err != nil {
			require.Contains(t, err.Error(), "too many requests")
		}
		return err == nil
	}, 5*time.Second, 10*time.Millisecond)
	stream, err := conn.NewStream(t.Context(), infer, "/inference.GRPCInferenceService/ModelInfer")
	require.NoError(t, err)
	err = stream.RecvMsg(&pb.ModelInferResponse{})
	assert.True(t, strings.Contains(err.Error(), "deadline") || status.Code(err) == codes.DeadlineExceeded, "%v", err)
}
