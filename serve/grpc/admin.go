package grpc

import (
	"context"
	"net/http"

	google "google.golang.org/grpc"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// NewAdmin answers Triton's RepositoryModelLoad and RepositoryModelUnload beside all
// else of its service, in messages of at most 64 KiB: a Server's AdminGRPC. Only
// administrators may reach it.
func NewAdmin(m *serve.Models, o Options) http.Handler {
	g := guard{models: m, token: o.Token, accessLog: o.AccessLog}
	s := google.NewServer(
		google.MaxRecvMsgSize(64<<10),
		google.MaxConcurrentStreams(16),
		google.ChainUnaryInterceptor(g.unary),
		google.UnknownServiceHandler(unserved),
	)
	pb.RegisterGRPCInferenceServiceServer(s, admin{inference{models: m}})
	return s
}

// admin is what administrators may do beside asking.
type admin struct{ inference }

func (s admin) RepositoryModelLoad(_ context.Context, q *pb.RepositoryModelLoadRequest) (*pb.RepositoryModelLoadResponse, error) {
	if err := checkParameters(q.Parameters); err != nil {
		return nil, statusOf(err)
	}
	return &pb.RepositoryModelLoadResponse{}, statusOf(s.models.Load(q.ModelName))
}

func (s admin) RepositoryModelUnload(_ context.Context, q *pb.RepositoryModelUnloadRequest) (*pb.RepositoryModelUnloadResponse, error) {
	if err := checkParameters(q.Parameters); err != nil {
		return nil, statusOf(err)
	}
	return &pb.RepositoryModelUnloadResponse{}, statusOf(s.models.Unload(q.ModelName))
}

func checkParameters(parameters map[string]*pb.ModelRepositoryParameter) error {
	for key := range parameters {
		if err := serve.RepositoryParameter(key); err != nil {
			return err
		}
	}
	return nil
}
