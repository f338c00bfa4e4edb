// Package core holds the layers of keras/src/layers/core, of Keras 1's layers/core.py too,
// and what a quantized kernel adds to them (quantized.go).
package core
