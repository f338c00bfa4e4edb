// Package regularization holds the layers of keras/src/layers/regularization, which work in
// training alone.
package regularization
