// Package optimizers holds Keras' optimizers, one struct for each class, its
// options tagged with their Keras names.
//
// What belongs here: an optimizer's options, what it keeps between steps and its
// step, in one file (keras/src/optimizers/*.py). What all of them do, clipping,
// weight decay, averages, accumulation, is train's; how old files spell options
// and order slots is not said here either.
//
//	optimizer.go  what an optimizer is, the options of all
//	slots.go      what is kept between steps
//	registry.go   the optimizers by name
//	config.go     reading and writing options
package optimizers
