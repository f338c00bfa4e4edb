package kerasbeam

import "github.com/apache/beam/sdks/v2/go/pkg/beam"

// Namespace is that of the metrics.
const Namespace = "kerasrun"

var (
	rowsAnswered = beam.NewCounter(Namespace, "rows")
	rowsFailed   = beam.NewCounter(Namespace, "rows_failed")
	filesBroken  = beam.NewCounter(Namespace, "files_broken")
	modelsLoaded = beam.NewCounter(Namespace, "models_loaded")
	batchRows    = beam.NewDistribution(Namespace, "batch_rows")
	batchMicros  = beam.NewDistribution(Namespace, "batch_microseconds")
)
