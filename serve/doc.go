// Package serve answers requests over HTTP with Keras models, as TensorFlow
// Serving's REST API (/v1/…) and the Open Inference Protocol of KServe and Triton
// (/v2/…) have it, so that their clients can talk to it.
//
// Models holds what is served. NewHandler answers for it inside of a server of
// one's own; Server is the whole: listeners, TLS, tokens, metrics, and an end that
// loses no request. Rows of requests that wait at the same time are computed
// together. Answers do not depend on that, bit for bit.
//
// # What belongs here
//
// Protocols (v1*.go, v2*.go), the queue and what it may take (queue*.go,
// budget.go), the models on disk (source*.go, reload.go), and running it as a
// service (server*.go, metrics.go). How a model is read and run belongs in keras,
// flags in cmd/kerasrun. gRPC is package serve/grpc, so that who wants HTTP alone
// links none of it.
//
// # NaN and infinity
//
// Both protocols write NaN, Infinity and -Infinity in JSON, as TensorFlow Serving
// does, and take them. Readers that know only strict JSON ask for the binary
// extension of /v2, or keep such numbers out of their models' answers.
package serve
