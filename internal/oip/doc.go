// Package oip knows the element types of the Open Inference Protocol, which KServe
// and Triton speak over HTTP and gRPC.
//
// What belongs here: names of types, and their bytes. What a request is belongs in
// serve and serve/grpc.
package oip
