// Package activations holds the layers of keras/src/layers/activations: each applies a
// function to its input, element by element or along an axis. Functions that
// options name ("relu") are in package layers.
package activations
