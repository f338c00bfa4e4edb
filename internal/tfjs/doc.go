// Package tfjs reads and writes the folder of a TensorFlow.js model: model.json,
// with a topology and a manifest of weights, and the shards beside it that hold
// their bytes.
//
// Here belongs what that container needs: the manifest, the shards, quantized
// weights, the sizes that they must have. What a topology means is the caller's;
// it is handed on as JSON.
//
// The format is that of tfjs-core/src/io/types.ts and of the converter's
// write_weights.py.
package tfjs
