// Package pb is what protoc makes of the .proto files beside it. They hold the
// part of the published protocols that is served, under their names and numbers.
//
// Nothing is written here by hand. After a change of a .proto: go generate, with
// protoc, protoc-gen-go v1.36.12 and protoc-gen-go-grpc v1.6.2 on the path.
package pb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative inference.proto tensorflow.proto tensorflow_serving.proto
