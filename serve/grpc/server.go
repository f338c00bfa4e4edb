package grpc

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	google "google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	protocodec "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// Options are those of a server. A zero field means its default.
type Options struct {
	MaxMessage int    // bytes of a request; default 4 MiB, as everywhere in gRPC
	Token      []byte // that requests must bear, but for health; default: anybody may ask
	AccessLog  bool   // a line for each request, in the log of the models' Options
}

// decoded is how many times the memory of its bytes a request may take.
const decoded = 4

// NewServer returns a server that answers for models. As many requests are read at
// a time as fit the memory that the models' Options give to that; more are
// UNAVAILABLE at once.
func NewServer(m *serve.Models, o Options) *google.Server {
	if o.MaxMessage == 0 {
		o.MaxMessage = 4 << 20
	}
	slots := max(8, m.Options().Memory/int64(o.MaxMessage)/decoded)
	g := guard{models: m, token: o.Token, accessLog: o.AccessLog, slots: make(chan struct{}, slots-slots/4), streams: make(chan struct{}, slots/4)}
	s := google.NewServer(
		google.MaxRecvMsgSize(o.MaxMessage),
		google.ForceServerCodecV2(codec{encoding.GetCodecV2(protocodec.Name), decoded * o.MaxMessage}),
		google.MaxSendMsgSize(int(m.Options().Memory)),
		google.MaxConcurrentStreams(1024),
		google.ConnectionTimeout(5*time.Second),
		// As over HTTP, who says nothing does not keep a connection.
		google.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 2 * time.Minute, Time: time.Minute}),
		google.InTapHandle(g.admit),
		google.ChainUnaryInterceptor(g.unary),
		google.ChainStreamInterceptor(g.stream),
		google.UnknownServiceHandler(unserved),
	)
	Register(s, m)
	grpc_health_v1.RegisterHealthServer(s, health{models: m})
	reflection.Register(s)
	return s
}

// Service is a server's place in a serve.Server.
func Service(s *google.Server, address string) serve.Service {
	return serve.Service{Name: "gRPC", Address: address, ALPN: []string{"h2"}, Serve: s.Serve, Stop: func(ctx context.Context) error {
		stopped := make(chan struct{})
		go func() {
			s.GracefulStop()
			close(stopped)
		}()
		select {
		case <-stopped:
			return nil
		case <-ctx.Done():
			s.Stop()
			return ctx.Err()
		}
	}}
}

// Register adds the services that answer for models to a server of one's own. What
// a message may take is then for that server to bound.
func Register(s google.ServiceRegistrar, m *serve.Models) {
	pb.RegisterPredictionServiceServer(s, prediction{models: m})
	pb.RegisterModelServiceServer(s, modelService{models: m})
	pb.RegisterGRPCInferenceServiceServer(s, inference{models: m})
}

// guard stands before all services.
type guard struct {
	models    *serve.Models
	token     []byte
	accessLog bool
	slots     chan struct{} // requests that are read or answered
	// streams bounds apart those whose client may be silent as long as it likes.
	streams chan struct{}
}

// admit lets a request be read if there is memory for it. One that has not come
// whole when its time is up ends.
func (g guard) admit(ctx context.Context, info *tap.Info) (context.Context, error) {
	place := g.slots
	var cancel context.CancelFunc = func() {}
	if isStream(info.FullMethodName) {
		place = g.streams
	} else {
		ctx, cancel = context.WithTimeout(ctx, g.models.Options().Timeout)
	}
	select {
	case place <- struct{}{}:
		context.AfterFunc(ctx, func() { cancel(); <-place }) // gRPC ends it with the request
		return ctx, nil
	default:
		cancel()
		return nil, status.Error(codes.Unavailable, "too many requests at a time")
	}
}

func isStream(method string) bool {
	return method == pb.GRPCInferenceService_ModelStreamInfer_FullMethodName || strings.HasPrefix(method, "/grpc.reflection.")
}

func (g guard) unary(ctx context.Context, q any, info *google.UnaryServerInfo, handle google.UnaryHandler) (a any, err error) {
	defer g.log(ctx, info.FullMethod, time.Now(), &err)
	if err := g.authorized(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	defer g.recovered(info.FullMethod, &err)
	return handle(ctx, q)
}

// recovered makes a panic the error of its request.
func (g guard) recovered(method string, err *error) {
	if p := recover(); p != nil {
		g.models.Options().Log.Error("panic", "what", p, "method", method, "stack", string(debug.Stack()))
		*err = status.Error(codes.Internal, "a fault of the server")
	}
}

func (g guard) stream(service any, s google.ServerStream, info *google.StreamServerInfo, handle google.StreamHandler) (err error) {
	defer g.log(s.Context(), info.FullMethod, time.Now(), &err)
	if err := g.authorized(s.Context(), info.FullMethod); err != nil {
		return err
	}
	defer g.recovered(info.FullMethod, &err)
	return handle(service, s)
}

// authorized lets requests pass that bear the token, and those for health.
func (g guard) authorized(ctx context.Context, method string) error {
	if g.token == nil || strings.HasPrefix(method, "/grpc.health.v1.") {
		return nil
	}
	want := sha256.Sum256(g.token)
	md, _ := metadata.FromIncomingContext(ctx)
	for _, a := range md.Get("authorization") {
		given, bears := strings.CutPrefix(a, "Bearer ")
		got := sha256.Sum256([]byte(given))
		if bears && subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
			return nil
		}
	}
	return status.Error(codes.Unauthenticated, "wanted the server's bearer token")
}

// health answers for the server as a whole, and for each model by its name.
type health struct {
	grpc_health_v1.UnimplementedHealthServer
	models *serve.Models
}

func (h health) Check(_ context.Context, q *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	ready := h.models.Ready()
	if q.Service != "" {
		if _, err := h.models.States(q.Service); err != nil {
			return nil, status.Error(codes.NotFound, fmt.Sprintf("no model %q", q.Service))
		}
		_, err := h.models.Find(serve.Ref{Model: q.Service})
		ready = err == nil
	}
	if ready {
		return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}, nil
	}
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}, nil
}
