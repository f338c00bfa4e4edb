// Package convolutional holds the layers of keras/src/layers/convolutional. Every rank of
// a convolution is one base_*.go; the files of the layers say only their rank.
package convolutional
