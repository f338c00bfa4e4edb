// Package losses holds Keras' losses, one struct for each class, its options
// tagged with their Keras names.
//
// What belongs here: the options and formula of a loss (keras/src/losses/losses.py)
// as a part of a graph. Weights of samples, masks and the reduction to one number
// are train's.
//
//	loss.go          what a loss is
//	registry.go      the losses by name, those of your own
//	config.go        reading and writing options
//	regression.go hinge.go probabilities.go crossentropy.go focal.go overlap.go
package losses
