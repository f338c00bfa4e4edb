package grpc

import (
	"errors"
	"io"

	google "google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// ModelStreamInfer answers requests of one stream in their order. As Triton does it, a
// request that fails ends only itself, and every answer says that it is the last of
// its request.
func (s inference) ModelStreamInfer(stream google.BidiStreamingServer[pb.ModelInferRequest, pb.ModelStreamInferResponse]) error {
	for {
		q, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		a := &pb.ModelStreamInferResponse{}
		if a.InferResponse, err = s.ModelInfer(stream.Context(), q); err != nil {
			a.ErrorMessage = status.Convert(err).Message()
			a.InferResponse = &pb.ModelInferResponse{ModelName: q.ModelName, ModelVersion: q.ModelVersion, Id: q.Id}
		}
		a.InferResponse.Parameters = map[string]*pb.InferParameter{
			"triton_final_response": {ParameterChoice: &pb.InferParameter_BoolParam{BoolParam: true}},
		}
		if err := stream.Send(a); err != nil {
			return err
		}
	}
}
