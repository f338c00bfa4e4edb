// Package train fine-tunes models as Keras does: the same losses, optimizers,
// metrics and order of steps, so that with shuffling off the losses of every
// epoch are Keras' own.
//
// What belongs here:
//
//	fit.go program.go totals.go data.go    Fit: the graph of a step, the epochs, the history
//	loss.go                                one number of the samples' losses
//	update.go slots.go                     what all optimizers do: clipping, decay, averages, state
//	gradient.go constraint.go              what goes into a step
//	settings*.go state.go                  the training configuration and state in the files of every Keras
//
// Losses, metrics, optimizers and learning rate schedules have packages of their own.
package train
