// Package metrics holds Keras' metrics, one struct for each class, its options
// tagged with their Keras names.
//
// What belongs here: the options of a metric, what it takes from a batch as a
// part of a graph, and what the sums of that over an epoch come to
// (keras/src/metrics/*.py). Which metrics a model has, and the epochs, are train's.
//
//	metric.go        what a metric is, the mean over samples
//	registry.go      the metrics by name, those of your own
//	config.go        reading and writing options
//	ofloss.go        losses as metrics
//	accuracy.go regression.go confusion.go auc.go fscore.go iou.go tradeoff.go
//
// Of Keras 3.15's classes Mean, Sum and MeanMetricWrapper are not here: compile()
// has no use for the first two, and a file that holds the third names its function.
package metrics
