// Package train fine-tunes models as Keras does: the same losses, optimizers,
// metrics and order of steps, so that with shuffling off the losses of every
// epoch are Keras' own.
//
// What belongs here, formulas being those of keras/src/losses,
// keras/src/optimizers and keras/src/metrics:
//
//	fit.go program.go totals.go data.go    Fit: the graph of a step, the epochs, the history
//	loss.go losses_*.go                    losses
//	metric.go metrics_*.go                 metrics
//	optimizer.go update.go, one file each  optimizers: options and slots, the order of a step, the rules
//	gradient.go schedule.go constraint.go  what goes into a step
//	settings*.go state.go                  the training configuration and state in the files of every Keras
//	register.go                            losses, metrics and optimizers of your own
package train
