package grpc

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// prediction is TensorFlow Serving's PredictionService.
type prediction struct {
	pb.UnimplementedPredictionServiceServer
	models *serve.Models
}

// ref is the version that a request means.
func ref(s *pb.ModelSpec) (serve.Ref, error) {
	r := serve.Ref{Model: s.GetName(), Version: s.GetVersion().GetValue(), Label: s.GetVersionLabel()}
	if r.Version < 0 {
		return r, invalid(fmt.Errorf("model_spec: wanted a version from 1, received %d", r.Version))
	}
	if n := s.GetSignatureName(); n != "" && n != serve.SignatureName {
		return r, invalid(fmt.Errorf("model_spec: wanted the signature %q, received %q", serve.SignatureName, n))
	}
	return r, nil
}

func spec(v *serve.Version) *pb.ModelSpec {
	return &pb.ModelSpec{Name: v.Name, SignatureName: serve.SignatureName, VersionChoice: &pb.ModelSpec_Version{Version: wrapperspb.Int64(v.Number)}}
}

func (s prediction) Predict(ctx context.Context, q *pb.PredictRequest) (*pb.PredictResponse, error) {
	began := time.Now()
	r, err := ref(q.ModelSpec)
	var v *serve.Version
	if err == nil {
		v, err = s.models.Find(r)
	}
	var a *pb.PredictResponse
	if err == nil {
		a, err = s.predict(ctx, v, q)
	}
	s.models.Count("v1-grpc", v, began, err)
	return a, statusOf(err)
}

func (s prediction) predict(ctx context.Context, v *serve.Version, q *pb.PredictRequest) (*pb.PredictResponse, error) {
	if err := v.Admit(); err != nil {
		return nil, err
	}
	in := runtime.Feed{}
	for _, name := range slices.Sorted(maps.Keys(q.Inputs)) {
		p := port(v.Inputs, name)
		if p == nil {
			return nil, invalid(fmt.Errorf("inputs: wanted %q, received %q", names(v.Inputs), name))
		}
		t, err := tensor(p, q.Inputs[name])
		if err != nil {
			return nil, invalid(err)
		}
		in[name] = t
	}
	wanted := names(v.Outputs)
	if len(q.OutputFilter) > 0 {
		wanted = q.OutputFilter
	}
	for i, name := range wanted {
		if port(v.Outputs, name) == nil || slices.Contains(wanted[:i], name) {
			return nil, invalid(fmt.Errorf("output_filter: wanted some of %q, each once, received %q", names(v.Outputs), name))
		}
	}
	out, err := s.models.Run(ctx, v, in)
	if err != nil {
		return nil, err
	}
	a := &pb.PredictResponse{ModelSpec: spec(v), Outputs: map[string]*pb.TensorProto{}}
	for _, name := range wanted {
		a.Outputs[name] = tensorProto(out[name])
	}
	return a, nil
}

// GetModelMetadata answers for the one field there is, signature_def.
func (s prediction) GetModelMetadata(_ context.Context, q *pb.GetModelMetadataRequest) (*pb.GetModelMetadataResponse, error) {
	const field = "signature_def"
	if !slices.Equal(slices.Compact(slices.Clone(q.MetadataField)), []string{field}) {
		return nil, status.Errorf(codes.InvalidArgument, "metadata_field: wanted %q, received %q", field, q.MetadataField)
	}
	r, err := ref(q.ModelSpec)
	if err != nil {
		return nil, statusOf(err)
	}
	v, err := s.models.Find(r)
	if err != nil {
		return nil, statusOf(err)
	}
	infos := func(ports []keras.Port) map[string]*pb.TensorInfo {
		all := map[string]*pb.TensorInfo{}
		for _, p := range ports {
			shape := &pb.TensorShapeProto{}
			for _, d := range serve.Dims(p) {
				shape.Dim = append(shape.Dim, &pb.TensorShapeProto_Dim{Size: int64(d)})
			}
			all[p.Name] = &pb.TensorInfo{Name: p.Name + ":0", Dtype: tensorflowType(p.DType), TensorShape: shape}
		}
		return all
	}
	signature, err := anypb.New(&pb.SignatureDefMap{SignatureDef: map[string]*pb.SignatureDef{serve.SignatureName: {
		Inputs: infos(v.Inputs), Outputs: infos(v.Outputs), MethodName: "tensorflow/serving/predict",
	}}})
	if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &pb.GetModelMetadataResponse{ModelSpec: spec(v), Metadata: map[string]*anypb.Any{field: signature}}, nil
}

// modelService is TensorFlow Serving's ModelService.
type modelService struct {
	pb.UnimplementedModelServiceServer
	models *serve.Models
}

func (s modelService) GetModelStatus(_ context.Context, q *pb.GetModelStatusRequest) (*pb.GetModelStatusResponse, error) {
	r, err := ref(q.ModelSpec)
	if err != nil {
		return nil, statusOf(err)
	}
	states, err := s.models.States(r.Model)
	if err == nil && (r.Version != 0 || r.Label != "") {
		var v *serve.Version
		if v, err = s.models.Find(r); err == nil {
			states = slices.DeleteFunc(states, func(t serve.State) bool { return t.Version != v.Number })
		}
	}
	if err != nil {
		return nil, statusOf(err)
	}
	a := &pb.GetModelStatusResponse{}
	for _, t := range states {
		v := &pb.ModelVersionStatus{Version: t.Version, State: pb.ModelVersionStatus_AVAILABLE, Status: &pb.StatusProto{}}
		if !t.Ready {
			v.State, v.Status.ErrorCode = pb.ModelVersionStatus_END, int32(codes.Unknown)
		}
		if t.Err != nil {
			v.Status.ErrorMessage = t.Err.Error()
		}
		a.ModelVersionStatus = append(a.ModelVersionStatus, v)
	}
	return a, nil
}
