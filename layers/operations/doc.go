// Package operations holds the functions of keras.ops that stand as nodes in a model,
// under classes called "ops.NAME". operation.go reads their arguments; the other
// files are formulas, by kind.
package operations
