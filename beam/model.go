package kerasbeam

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"github.com/kerasrun/kerasrun/keras"
)

// shared are the models of this process. Every bundle uses the same.
var shared sync.Map // of *once, by modelKey

type modelKey struct {
	path    string
	threads int
}

type once struct {
	sync.Once
	program *keras.Program
	err     error
}

// program loads the model, the first time in this process.
func (o *Options) program(ctx context.Context) (*keras.Program, error) {
	held, _ := shared.LoadOrStore(modelKey{o.Model, o.Threads}, &once{})
	m := held.(*once)
	m.Do(func() {
		m.program, m.err = o.load(ctx)
		modelsLoaded.Inc(ctx, 1)
	})
	if m.err != nil { // a worker tries again with its next bundle
		shared.CompareAndDelete(modelKey{o.Model, o.Threads}, held)
	}
	return m.program, m.err
}

func (o *Options) load(ctx context.Context) (*keras.Program, error) {
	m, err := read(ctx, o.Model)
	if err != nil {
		return nil, err
	}
	p, err := m.Compile(keras.Threads(o.Threads))
	if err != nil {
		return nil, err
	}
	if !p.KeepsRows() && o.Batch != 1 {
		return nil, errors.New("the answer to a row depends on the batch that it comes in, and batches depend on the runner: the batch must be 1")
	}
	for _, port := range append(p.Inputs(), p.Outputs()...) {
		if _, ok := elementSize(port.DType); !ok || len(port.Shape) == 0 {
			return nil, fmt.Errorf("%q is %s, which rows cannot hold", port.Name, port.Type)
		}
	}
	return p, nil
}

// maxModel bounds a model that is no local file, and read into memory.
const maxModel = 8 << 30

func read(ctx context.Context, path string) (*keras.Model, error) {
	if isLocal(path) {
		return keras.Load(path)
	}
	fs, err := filesystem.New(ctx, path)
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	r, err := fs.OpenRead(ctx, path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err == nil && len(b) > maxModel {
		err = fmt.Errorf("a model must be at most %d bytes", maxModel)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := keras.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
