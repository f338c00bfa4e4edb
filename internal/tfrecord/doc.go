// Package tfrecord reads TFRecord files of tf.train.Example messages.
//
// What belongs here: the frames of records with their checksums, and the fields of an
// Example. What its features mean to a model is package table's.
package tfrecord
