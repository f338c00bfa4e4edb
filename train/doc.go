// Package train fine-tunes models as Keras does: the same losses, optimizers,
// metrics and order of steps, so that with shuffling off the losses of every
// epoch are Keras' own.
//
// What belongs here: losses (losses_*.go), optimizers (one file each), metrics,
// constraints, the training configuration of every Keras version
// (settings*.go), and Fit. Formulas are those of keras/src/losses,
// keras/src/optimizers and keras/src/metrics.
package train
