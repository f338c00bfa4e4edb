// Package table brings rows of data in and out of models: CSV, JSON lines,
// Parquet, TFRecord, and NumPy's .npy and .npz, each as it is or packed with gzip or zstd; and
// images, whose pixels are package images'.
//
// What belongs here: the formats of rows, each a file and a line in the list of
// format.go; how their columns are matched to a model's inputs and targets; and
// the messages that name the row and column where they are not. The formats of
// NumPy themselves are package npz's, that of Parquet package parquet's, that of
// TFRecord package tfrecord's.
package table
