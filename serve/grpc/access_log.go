package grpc

import (
	"context"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/serve"
)

// log writes the line of a request, if that is asked for.
func (g guard) log(ctx context.Context, method string, began time.Time, err *error) {
	if !g.accessLog {
		return
	}
	client, trace := "", ""
	if p, ok := peer.FromContext(ctx); ok {
		client = p.Addr.String()
	}
	md, _ := metadata.FromIncomingContext(ctx)
	for _, v := range md.Get("traceparent") {
		trace = serve.Traceparent(v)
	}
	g.models.Options().Log.Info("request", "method", method, "code", status.Code(*err).String(),
		"seconds", time.Since(began).Seconds(), "client", client, "traceparent", trace)
}
