package train

import (
	"context"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
)

// Evaluate returns the loss and the metrics of a model on data, as Keras' evaluate
// does. Of config only Settings, BatchSize and Threads count; ClassWeights is not
// for this.
func Evaluate(ctx context.Context, m *keras.Model, data *Data, config Config) ([]Log, error) {
	t := &trainer{Config: Config{Settings: config.Settings, BatchSize: config.BatchSize, Threads: config.Threads}, m: m, data: data, validation: data, era: max(2, m.Origin().Era)}
	if t.BatchSize <= 0 {
		t.BatchSize = 32
	}
	if err := data.check(m); err != nil {
		return nil, err
	}
	if err := t.findSettings(); err != nil {
		return nil, err
	}
	if err := data.checkValues(m, t.settings); err != nil {
		return nil, err
	}
	for _, w := range m.Weights() {
		t.vars = append(t.vars, w.Value)
	}
	var err error
	if t.evaluate, err = t.newProgram(false); err != nil {
		return nil, err
	}
	t.validationBatches = data.batches(t.BatchSize)
	logs, err := t.validate(ctx)
	for i := range logs {
		logs[i].Name = strings.TrimPrefix(logs[i].Name, "val_")
	}
	return logs, err
}
