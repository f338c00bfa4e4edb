package grpc

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// inference is the Open Inference Protocol. What of Triton's is not served is
// UNIMPLEMENTED.
type inference struct {
	pb.UnimplementedGRPCInferenceServiceServer
	models *serve.Models
}

func (s inference) ServerLive(context.Context, *pb.ServerLiveRequest) (*pb.ServerLiveResponse, error) {
	return &pb.ServerLiveResponse{Live: true}, nil
}

func (s inference) ServerReady(context.Context, *pb.ServerReadyRequest) (*pb.ServerReadyResponse, error) {
	return &pb.ServerReadyResponse{Ready: s.models.Ready()}, nil
}

func (s inference) ServerMetadata(context.Context, *pb.ServerMetadataRequest) (*pb.ServerMetadataResponse, error) {
	return &pb.ServerMetadataResponse{Name: "kerasrun", Version: serve.ModuleVersion()}, nil
}

// find returns the version that a name and a number, if any, mean.
func (s inference) find(name, version string) (*serve.Version, error) {
	ref := serve.Ref{Model: name}
	if version != "" {
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil || n < 1 {
			return nil, &serve.Error{Code: serve.NotFound, Err: fmt.Errorf("model %q: wanted a version from 1, received %q", name, version)}
		}
		ref.Version = n
	}
	return s.models.Find(ref)
}

func (s inference) ModelReady(_ context.Context, q *pb.ModelReadyRequest) (*pb.ModelReadyResponse, error) {
	if _, err := s.models.States(q.Name); err != nil {
		return nil, statusOf(err)
	}
	_, err := s.find(q.Name, q.Version)
	return &pb.ModelReadyResponse{Ready: err == nil}, nil
}

func (s inference) ModelMetadata(_ context.Context, q *pb.ModelMetadataRequest) (*pb.ModelMetadataResponse, error) {
	v, err := s.find(q.Name, q.Version)
	if err != nil {
		return nil, statusOf(err)
	}
	a := &pb.ModelMetadataResponse{Name: v.Name, Platform: serve.Platform}
	for _, n := range s.models.Numbers(v.Name) {
		a.Versions = append(a.Versions, strconv.FormatInt(n, 10))
	}
	ports := func(ports []keras.Port) (all []*pb.ModelMetadataResponse_TensorMetadata) {
		for _, p := range ports {
			t := &pb.ModelMetadataResponse_TensorMetadata{Name: p.Name, Datatype: oip.Datatype(p.DType)}
			for _, d := range serve.Dims(p) {
				t.Shape = append(t.Shape, int64(d))
			}
			all = append(all, t)
		}
		return all
	}
	a.Inputs, a.Outputs = ports(v.Inputs), ports(v.Outputs)
	return a, nil
}

func (s inference) RepositoryIndex(_ context.Context, q *pb.RepositoryIndexRequest) (*pb.RepositoryIndexResponse, error) {
	a := &pb.RepositoryIndexResponse{}
	for _, e := range s.models.Index() {
		if !q.Ready || e.State == "READY" {
			a.Models = append(a.Models, &pb.RepositoryIndexResponse_ModelIndex{Name: e.Name, Version: e.Version, State: e.State, Reason: e.Reason})
		}
	}
	return a, nil
}

func (s inference) ModelInfer(ctx context.Context, q *pb.ModelInferRequest) (*pb.ModelInferResponse, error) {
	began := time.Now()
	v, err := s.find(q.ModelName, q.ModelVersion)
	var a *pb.ModelInferResponse
	if err == nil {
		a, err = s.infer(ctx, v, q)
	}
	s.models.Count("v2-grpc", v, began, err)
	return a, statusOf(err)
}

func (s inference) infer(ctx context.Context, v *serve.Version, q *pb.ModelInferRequest) (*pb.ModelInferResponse, error) {
	if err := v.Admit(); err != nil {
		return nil, err
	}
	in, err := inputs(v, q)
	if err != nil {
		return nil, invalid(err)
	}
	wanted, err := outputs(v, q)
	if err != nil {
		return nil, invalid(err)
	}
	out, err := s.models.Run(ctx, v, in)
	if err != nil {
		return nil, err
	}
	a := &pb.ModelInferResponse{ModelName: v.Name, ModelVersion: strconv.FormatInt(v.Number, 10), Id: q.Id}
	for _, name := range wanted {
		t := out[name]
		o := &pb.ModelInferResponse_InferOutputTensor{Name: name, Datatype: oip.Datatype(t.DType())}
		for _, d := range t.Shape() {
			o.Shape = append(o.Shape, int64(d))
		}
		a.Outputs, a.RawOutputContents = append(a.Outputs, o), append(a.RawOutputContents, oip.Raw(t))
	}
	return a, nil
}

// inputs makes the tensors of a request, whose elements stand in typed lists or
// all in raw_input_contents.
func inputs(v *serve.Version, q *pb.ModelInferRequest) (runtime.Feed, error) {
	raw := len(q.RawInputContents) > 0
	if raw && len(q.RawInputContents) != len(q.Inputs) {
		return nil, fmt.Errorf("raw_input_contents: wanted one for each of %d inputs, received %d", len(q.Inputs), len(q.RawInputContents))
	}
	in := runtime.Feed{}
	for i, t := range q.Inputs {
		p := port(v.Inputs, t.Name)
		if p == nil || in[t.Name] != nil {
			return nil, fmt.Errorf("inputs: wanted each of %q once, received %q", names(v.Inputs), t.Name)
		}
		if err := supported(t.Parameters); err != nil {
			return nil, err
		}
		shape, err := sizes(t.Name, t.Shape)
		if err != nil {
			return nil, err
		}
		var data []byte
		switch {
		case !raw:
			if data, err = contents(t.Name, t.Datatype, t.Contents); err != nil {
				return nil, err
			}
		case t.Contents != nil:
			return nil, fmt.Errorf("input %q: wanted contents or raw_input_contents, received both", t.Name)
		default:
			data = q.RawInputContents[i]
		}
		if in[t.Name], err = oip.FromRaw(t.Name, p.DType, t.Datatype, shape, data); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// supported refuses what would change the meaning of a request.
func supported(parameters map[string]*pb.InferParameter) error {
	for _, key := range []string{"shared_memory_region", "classification", "sequence_id"} {
		if parameters[key] != nil {
			return fmt.Errorf("parameter %q is not supported", key)
		}
	}
	return nil
}

// outputs names those that a request asks for.
func outputs(v *serve.Version, q *pb.ModelInferRequest) ([]string, error) {
	if err := supported(q.Parameters); err != nil {
		return nil, err
	}
	if len(q.Outputs) == 0 {
		return names(v.Outputs), nil
	}
	var all []string
	for _, o := range q.Outputs {
		if err := supported(o.Parameters); err != nil {
			return nil, err
		}
		if port(v.Outputs, o.Name) == nil || slices.Contains(all, o.Name) {
			return nil, fmt.Errorf("outputs: wanted some of %q, each once, received %q", names(v.Outputs), o.Name)
		}
		all = append(all, o.Name)
	}
	return all, nil
}

func port(ports []keras.Port, name string) *keras.Port {
	if i := slices.IndexFunc(ports, func(p keras.Port) bool { return p.Name == name }); i >= 0 {
		return &ports[i]
	}
	return nil
}

func names(ports []keras.Port) (all []string) {
	for _, p := range ports {
		all = append(all, p.Name)
	}
	return all
}

// sizes checks a shape.
func sizes(input string, dims []int64) ([]int, error) {
	shape := make([]int, len(dims))
	for i, d := range dims {
		if d < 0 || d > 1<<31-1 {
			return nil, fmt.Errorf("input %q: wanted sizes from 0 that fit 32 bits, received %v", input, dims)
		}
		shape[i] = int(d)
	}
	return shape, nil
}
