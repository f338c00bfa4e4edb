// Package layers is the frame that Keras' layers stand in: what a layer is
// (Layer, Common, Weight), how a configuration becomes one (Decoder, Register),
// what it builds its part of a graph with (Call, Tensor), the options that many
// have (Activation, Initializer, Regularizer, Constraint, Spatial), and the
// models, which are layers made of layers (Functional, Sequential).
//
// The layers themselves are in the folders below, by family and under the file
// names that Keras gives them: keras/src/layers/core/dense.py is core/dense.go.
// Package all registers every one. The frame knows none of them, so a custom
// layer has what Keras' own have; examples/customlayer is one.
//
// A layer is a struct whose fields are Keras' configuration keys, a Build
// method that says which weights it has, and a Call method that builds its part
// of the graph. It registers itself in an init function, so a new layer touches
// its own file, its test and its line in scripts/fixtures.
//
// Layers know one spelling, that of today's Keras 3, and no version: package
// keras upgrades older configurations before they reach this package, and
// writes an old meaning out as an explicit option.
package layers

//go:generate go run ../internal/layerlist . ../LAYERS.md
