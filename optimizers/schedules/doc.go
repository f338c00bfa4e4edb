// Package schedules holds learning rates that change with the step, one struct
// for each of Keras' classes, its options tagged with their Keras names.
//
// What belongs here: the options and formula of a schedule
// (keras/src/optimizers/schedules/learning_rate_schedule.py), computed in
// float32 as Keras does. How old files spell them belongs elsewhere.
//
//	schedule.go   what a schedule is, the registry, reading and writing
//	decay.go      ExponentialDecay, InverseTimeDecay, PolynomialDecay
//	cosine.go     CosineDecay, CosineDecayRestarts
//	piecewise.go  PiecewiseConstantDecay
package schedules
