package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// hostile are requests that no model can answer, and the status that they get.
var hostile = []struct {
	path, body string
	header     []string
	status     int
}{
	{"/v1/models/m:predict", `{"instances":[[1]]}`, nil, 400},
	{"/v1/models/m:predict", `{`, nil, 400},
	{"/v1/models/m:predict", "\x00\xff", nil, 400},
	{"/v1/models/m:predict", `{"instances":` + strings.Repeat("[", 1<<20), nil, 413},
	{"/v1/models/m:predict", `{"instances":"` + strings.Repeat("x", 1<<16) + `"}`, nil, 400},
	{"/v1/models/none:predict", `{"instances":[[1]]}`, nil, 404},
	{"/v2/models/m/infer", `{"inputs":[{"name":"x","datatype":"FP32","shape":[1048576,52],"data":[1]}]}`, nil, 400},
	{"/v2/models/m/infer", `{}xx`, []string{headerLength, "99"}, 400},
	{"/v2/models/m/infer", `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,52],"parameters":{"binary_data_size":9999999}}]}`, []string{headerLength, "102"}, 400},
	{"/v2/models/m/infer", "not packed", []string{"Content-Encoding", "gzip"}, 400},
}

// nonsense sends one of them, or the like over gRPC.
func (l *load) nonsense() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	i := rand.IntN(len(hostile) + 1)
	if i == len(hostile) {
		_, err := l.client.inference.ModelInfer(ctx, &pb.ModelInferRequest{ModelName: "m", RawInputContents: [][]byte{{1}},
			Inputs: []*pb.ModelInferRequest_InferInputTensor{{Name: "x", Datatype: "FP32", Shape: []int64{1 << 30, width}}}})
		if status.Code(err) != codes.InvalidArgument && overGRPC(err) != errBusy {
			l.complain(fmt.Sprintf("nonsense over gRPC: %v", err))
		}
		l.refused.Add(1)
		return
	}
	h := hostile[i]
	_, _, err := l.client.post(ctx, h.path, []byte(h.body), h.header...)
	if err != errBusy && (err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("status %d", h.status))) {
		l.complain(fmt.Sprintf("nonsense %d: %v", i, err))
	}
	l.refused.Add(1)
}

// garbage is a request whose memory the server must take, and can drop.
func (l *load) garbage() {
	_, _, err := l.client.post(context.Background(), "/v1/models/m:predict", bytes.Repeat([]byte(" "), 2<<20))
	if err != errBusy && (err == nil || !strings.HasPrefix(err.Error(), "status 400")) {
		l.complain(fmt.Sprintf("a request of spaces: %v", err))
	}
}

// slow sends a request a few bytes at a time, as often as the server lets it, until
// ctx is done.
func slow(ctx context.Context, address string) {
	const request = "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"
	for ctx.Err() == nil {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		from := rand.IntN(2) * (len(request) - 1) // within the header, or within the body
		_, err = c.Write([]byte(request[:from]))
		for i := from; err == nil && ctx.Err() == nil; i++ {
			_, err = c.Write([]byte{request[min(i, len(request)-1)]})
			time.Sleep(50 * time.Millisecond)
		}
		_ = c.Close()
	}
}
