// Package layers holds Keras' layers: each is its configuration plus the few
// lines that lower it onto the primitives of package runtime. Files have the
// names that Keras gives them (dense.go, layer_normalization.go).
//
// A layer is a struct whose fields are Keras' configuration keys, a Build
// method that says which weights it has, and a Call method that builds its part
// of the graph. It registers itself in an init function, so a new layer touches
// its own file, its test and its line in scripts/export.py.
//
// Layers know one spelling, that of today's Keras 3, and no version: package
// keras upgrades older configurations before they reach this package, and
// writes an old meaning out as an explicit option.
package layers

//go:generate go run ../internal/layerlist . ../LAYERS.md
