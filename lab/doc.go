// Package lab answers which head suits a model and its user's own rows: it trains
// the model with each of them under one budget and compares what came out. It keeps a
// model's answers under another head, and proves what they never leave.
//
// What belongs here: experiments on models, made of what keras and train offer, and
// what they measure. Flags, tables and pictures are the command's.
//
//	config.go                     what is compared and how, and what comes out
//	candidates.go                 the models that are trained: heads, constraint, unchanged
//	data.go                       what is wrong with the rows, found before training
//	run.go                        one candidate trained from one seed
//	probe.go                      answers and gradients of a model at its head
//	compare.go                    all runs, on all cores
//	recommend.go                  which one to take, and why
//	match.go curve.go fitting.go  weights with which a new head answers as the old one did
//	matrix.go                     the equations behind that
//	bounds.go                     what a model's answers never leave
package lab
