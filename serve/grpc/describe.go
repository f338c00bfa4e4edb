package grpc

import (
	"context"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/serve"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// ModelConfig is the part of Triton's model configuration that clients go by.
func (s inference) ModelConfig(_ context.Context, q *pb.ModelConfigRequest) (*pb.ModelConfigResponse, error) {
	v, err := s.find(q.Name, q.Version)
	if err != nil {
		return nil, statusOf(err)
	}
	c := &pb.ModelConfig{Name: v.Name, Platform: serve.Platform}
	port := func(p keras.Port) (kind pb.ConfigType, dims []int64) {
		for _, d := range serve.Dims(p) {
			dims = append(dims, int64(d))
		}
		return pb.ConfigType(pb.ConfigType_value[serve.ConfigType(p.DType)]), dims
	}
	for _, p := range v.Inputs {
		kind, dims := port(p)
		c.Input = append(c.Input, &pb.ModelInput{Name: p.Name, DataType: kind, Dims: dims})
	}
	for _, p := range v.Outputs {
		kind, dims := port(p)
		c.Output = append(c.Output, &pb.ModelOutput{Name: p.Name, DataType: kind, Dims: dims})
	}
	return &pb.ModelConfigResponse{Config: c}, nil
}

// ModelStatistics answers as Triton's extension of that name: for one model, or for
// all without a name.
func (s inference) ModelStatistics(_ context.Context, q *pb.ModelStatisticsRequest) (*pb.ModelStatisticsResponse, error) {
	all := s.models.Statistics()
	if q.Name != "" {
		v, err := s.find(q.Name, q.Version)
		if err != nil {
			return nil, statusOf(err)
		}
		all = []serve.Statistics{v.Statistics()}
	}
	a := &pb.ModelStatisticsResponse{}
	for _, t := range all {
		a.ModelStats = append(a.ModelStats, statisticsOf(t))
	}
	return a, nil
}

func statisticsOf(t serve.Statistics) *pb.ModelStatistics {
	of := func(d serve.Duration) *pb.StatisticDuration {
		return &pb.StatisticDuration{Count: uint64(d.Count), Ns: uint64(d.NS)}
	}
	i := t.Inference
	s := &pb.ModelStatistics{
		Name: t.Name, Version: t.Version, LastInference: uint64(t.LastInference),
		InferenceCount: uint64(t.InferenceCount), ExecutionCount: uint64(t.ExecutionCount),
		InferenceStats: &pb.InferStatistics{
			Success: of(i.Success), Fail: of(i.Fail), Queue: of(i.Queue), ComputeInput: of(i.ComputeInput), ComputeInfer: of(i.ComputeInfer),
			ComputeOutput: of(i.ComputeOutput), CacheHit: of(i.CacheHit), CacheMiss: of(i.CacheMiss),
		},
	}
	for _, b := range t.Batches {
		s.BatchStats = append(s.BatchStats, &pb.InferBatchStatistics{
			BatchSize: uint64(b.Size), ComputeInput: of(b.ComputeInput), ComputeInfer: of(b.ComputeInfer), ComputeOutput: of(b.ComputeOutput),
		})
	}
	return s
}
