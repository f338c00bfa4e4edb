package kerasbeam

import (
	"bufio"
	"context"
	"encoding/json"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// WriteFailures writes PCollections of Failure as JSON lines, those of a part to a file
// of its own: PREFIX-failed-00000-of-00012.jsonl. A part without any has no file.
func WriteFailures(s beam.Scope, to Output, failed ...beam.PCollection) {
	s = s.Scope("kerasbeam.WriteFailures")
	all := beam.ParDo(s, byPart, beam.Flatten(s, failed...))
	beam.ParDo0(s, &writeFailedFn{Output: to}, beam.GroupByKey(s, all))
}

func byPart(f Failure) (int64, Failure) { return f.Part, f }

type writeFailedFn struct {
	Output Output
}

// ProcessElement writes the failures of a part.
func (f *writeFailedFn) ProcessElement(ctx context.Context, part int64, next func(*Failure) bool) error {
	return create(ctx, f.Output.failedFile(part), func(w *bufio.Writer) error {
		lines := json.NewEncoder(w)
		lines.SetEscapeHTML(false)
		for one := (Failure{}); next(&one); {
			if err := lines.Encode(one); err != nil {
				return err
			}
		}
		return nil
	})
}
