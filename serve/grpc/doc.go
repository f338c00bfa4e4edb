// Package grpc answers requests over gRPC with Keras models: TensorFlow Serving's
// PredictionService and ModelService, the Open Inference Protocol of KServe and
// Triton, grpc.health.v1 and reflection.
//
// What belongs here: messages to tensors and back, and gRPC's errors. What a
// request may take, waits for and is counted as is package serve's, which links
// nothing of this.
package grpc
