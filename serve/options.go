package serve

import (
	"log/slog"
	"runtime"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	kruntime "github.com/kerasrun/kerasrun/runtime"
)

// Options bounds what requests and files may make the server do. A zero field
// means its default.
type Options struct {
	MaxBatch int           // rows of several requests computed together; default 64, 1 is each request alone
	MaxWait  time.Duration // for more rows, where there are fewer than MaxBatch; default 0: only what waits anyway goes together
	MaxQueue int           // requests that wait for one version of a model; default 1024
	MaxRows  int           // rows of a request; default 4096
	MaxBody  int64         // bytes of a request; default 64 MiB
	MaxDepth int           // nesting of a request's JSON; default 16
	Timeout  time.Duration // of a request, waiting included; default 30 s
	Workers  int           // calls of models at a time; default GOMAXPROCS
	Memory   int64         // bytes that calls take at a time, and as many again for requests being read; default half of runtime.DefaultMemory
	Versions int           // newest versions of a folder of versions that are served; default 1
	Poll     time.Duration // between looks at the models' files; default 0: only Open and Load look
	Limits   keras.Limits  // of the models' files

	Load []keras.LoadOption // how these are read beside that, as with keras.WithCustom; what the options name is not watched
	Log  *slog.Logger       // default: none

	// KeepModels keeps the models with their weights, beside what answers are computed
	// with, for Version.Model and Inner.
	KeepModels bool
}

func (o Options) withDefaults() Options {
	or(&o.MaxBatch, 64)
	or(&o.MaxQueue, 1024)
	or(&o.MaxRows, 4096)
	or(&o.MaxBody, 64<<20)
	or(&o.MaxDepth, 16)
	or(&o.Timeout, 30*time.Second)
	or(&o.Workers, runtime.GOMAXPROCS(0))
	or(&o.Memory, int64(kruntime.DefaultMemory())/2)
	or(&o.Versions, 1)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func or[T int | int64 | time.Duration](field *T, otherwise T) {
	if *field == 0 {
		*field = otherwise
	}
}
