// Package rnn holds the layers of keras/src/layers/rnn: layers over time (rnn.go), cells,
// which are one step of them (cell.go), and layers around layers.
package rnn
