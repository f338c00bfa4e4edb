package grpc

import (
	"context"
	"path"

	google "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// unserved answers calls that no service here has. Triton's learn why.
func unserved(_ any, s google.ServerStream) error {
	method, _ := google.MethodFromServerStream(s)
	return unimplemented(method)
}

func unimplemented(method string) error {
	why := serve.Unserved(path.Base(method))
	if why == "" {
		why = "nothing answers it"
	}
	return status.Errorf(codes.Unimplemented, "%s: %s", method, why)
}

func (inference) RepositoryModelLoad(context.Context, *pb.RepositoryModelLoadRequest) (*pb.RepositoryModelLoadResponse, error) {
	return nil, unimplemented(pb.GRPCInferenceService_RepositoryModelLoad_FullMethodName)
}

func (inference) RepositoryModelUnload(context.Context, *pb.RepositoryModelUnloadRequest) (*pb.RepositoryModelUnloadResponse, error) {
	return nil, unimplemented(pb.GRPCInferenceService_RepositoryModelUnload_FullMethodName)
}
