// Package normalization holds the layers of keras/src/layers/normalization, and the scale
// and shift that most of them end with (affine.go). The layer called
// Normalization is of preprocessing.
package normalization
