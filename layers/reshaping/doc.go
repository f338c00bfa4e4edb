// Package reshaping holds the layers of keras/src/layers/reshaping, which move elements and
// compute nothing.
package reshaping
