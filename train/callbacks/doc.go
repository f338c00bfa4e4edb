// Package callbacks holds Keras' callbacks for train.Fit, one struct for each
// class.
//
// What belongs here: when a callback acts and what it does
// (keras/src/callbacks/*.py), and the files that it writes. What callbacks see and
// can do at all is train.Run's.
//
//	monitor.go         when a number of the history is better than another
//	early_stopping.go learning_rate.go
//	checkpoint.go      models saved on the way
//	backup.go          training that goes on after it was killed
//	csv.go             the history as a table
//	tensorboard.go     the history as TensorBoard reads it
package callbacks
