package trial

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// Report is how one trial went.
type Report struct {
	Stage  string        // how far it came: "load", "compile", "predict" or "done"
	Err    error         // the error it ended with, if any
	Panic  string        // value and stack of a panic, if there was one
	Load   time.Duration // time to load and compile
	Total  time.Duration
	Memory int64 // bytes taken: an upper bound of what was held at once
}

// Limits are those of a careful caller: nothing of a model that a test reads
// needs more.
func Limits() keras.Limits {
	return keras.Limits{
		ConfigBytes: 8 << 20, Layers: 2000, Nodes: 10_000,
		WeightBytes: 16 << 20, ActivationBytes: 4 << 20, ZipBytes: 32 << 20,
		HDF5: keras.HDF5Limits{Objects: 20_000, DatasetBytes: 16 << 20, AttributeBytes: 8 << 20, RatioFloor: 1 << 20, Ratio: 100},
	}
}

// File tries a model file of these bytes.
func File(data []byte) Report { return Reader(bytes.NewReader(data), int64(len(data))) }

// Reader tries a model file.
func Reader(r io.ReaderAt, size int64) Report {
	return try(func() (*keras.Model, error) { return keras.Read(r, size, keras.WithLimits(Limits())) })
}

// Config tries a configuration without weights.
func Config(config []byte) Report { return Any(config, Limits()) }

// Any tries a configuration, which begins with a brace, or a model file.
func Any(data []byte, l keras.Limits) Report {
	return try(func() (*keras.Model, error) {
		if b := bytes.TrimLeft(data, " "); bytes.HasPrefix(b, []byte("{")) {
			return keras.FromConfig(b, keras.WithLimits(l))
		}
		return keras.Read(bytes.NewReader(data), int64(len(data)), keras.WithLimits(l))
	})
}

// most bounds the working memory of one prediction.
const most = 32 << 20

func try(load func() (*keras.Model, error)) Report {
	return Do(func(r *Report) error {
		start := time.Now()
		m, err := load()
		if err != nil {
			return err
		}
		r.Stage = "compile"
		p, err := m.Compile(keras.Threads(1), keras.Memory(most))
		r.Load = time.Since(start)
		if err != nil {
			return err
		}
		r.Stage = "predict"
		in, err := row(m)
		if err != nil {
			return err
		}
		// A row may be worth any work that fits into memory: callers have deadlines.
		ctx, cancel := context.WithTimeout(context.Background(), MaxLoad/2)
		defer cancel()
		_, err = p.RunAll(ctx, in)
		return err
	})
}

// Do reports how do went, which sets the stages after "load" itself.
func Do(do func(r *Report) error) (r Report) {
	meter := startMeter()
	start := time.Now()
	defer func() {
		if v := recover(); v != nil {
			r.Panic = fmt.Sprintf("%v\n%s", v, debug.Stack())
		}
		r.Total = time.Since(start)
		if r.Load == 0 {
			r.Load = r.Total
		}
		r.Memory = meter.taken()
	}()
	// A read outside of memory is a panic like any other.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))

	r.Stage = "load"
	if r.Err = do(&r); r.Err == nil {
		r.Stage = "done"
	}
	return r
}

// row makes one row for each input, of unknown sizes small ones.
func row(m *keras.Model) ([]*runtime.Tensor, error) {
	var in []*runtime.Tensor
	for _, port := range m.Inputs() {
		shape := append([]int{}, port.Shape...)
		for i, n := range shape {
			if n < 0 {
				shape[i] = 1
				if i > 0 {
					shape[i] = 7
				}
			}
		}
		t, err := runtime.NewTensor(port.DType, shape...)
		if err != nil {
			return nil, err
		}
		for i := range t.Float32s() {
			t.Float32s()[i] = float32(i%5) / 4
		}
		in = append(in, t)
	}
	return in, nil
}
