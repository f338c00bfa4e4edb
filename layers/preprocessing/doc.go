// Package preprocessing holds the layers of keras/src/layers/preprocessing: numbers,
// indices and images on their way into a model.
package preprocessing
