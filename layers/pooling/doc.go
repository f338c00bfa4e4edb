// Package pooling holds the layers of keras/src/layers/pooling. Every rank of a pooling is
// one base_*.go; the files of the layers say only their rank.
package pooling
