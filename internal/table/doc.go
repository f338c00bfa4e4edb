// Package table brings rows of data in and out of models: CSV, JSON lines, and
// NumPy's .npy and .npz.
//
// What belongs here: how rows and columns of each format correspond to a
// model's inputs and outputs, and the messages that name the row and column
// where they do not. The formats of NumPy themselves are package npz's.
package table
