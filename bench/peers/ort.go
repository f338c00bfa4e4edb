package main

import (
	"errors"
	"fmt"
	"slices"

	ort "github.com/yalue/onnxruntime_go"
)

// openORT loads ONNX Runtime's own library. Tensors are bound once, which is the
// fastest way to call it.
func openORT(model string, x []array, o options) (call, error) {
	if o.library == "" {
		return nil, errors.New("say where libonnxruntime is: -lib or ONNXRUNTIME_LIB")
	}
	ort.SetSharedLibraryPath(o.library)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return nil, err
	}
	ins, outs, err := ort.GetInputOutputInfo(model)
	if err != nil {
		return nil, err
	}
	if len(ins) != len(x) {
		return nil, fmt.Errorf("wanted %d inputs, received %d", len(x), len(ins))
	}
	names := make([]string, len(ins))
	for i := range ins {
		names[i] = ins[i].Name
	}
	slices.Sort(names)
	in := make([]ort.Value, len(x))
	for i, a := range x {
		if in[i], err = a.tensor(); err != nil {
			return nil, err
		}
	}
	batch := x[0].shape[0]
	answers := make([]int, len(outs[0].Dimensions))
	for i, d := range outs[0].Dimensions {
		answers[i] = int(d)
	}
	out, err := ort.NewEmptyTensor[float32](sizes(answers, batch))
	if err != nil {
		return nil, err
	}
	settings, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(settings.SetIntraOpNumThreads(o.threads), settings.SetInterOpNumThreads(1)); err != nil {
		return nil, err
	}
	s, err := ort.NewAdvancedSession(model, names, []string{outs[0].Name}, in, []ort.Value{out}, settings)
	if err != nil {
		return nil, err
	}
	return func() ([]float32, error) { return out.GetData(), s.Run() }, nil
}

func (a array) tensor() (ort.Value, error) {
	shape := sizes(a.shape, a.shape[0])
	if a.ints != nil {
		return ort.NewTensor(shape, a.ints)
	}
	return ort.NewTensor(shape, a.floats)
}

// sizes is the shape with the batch in first place.
func sizes(shape []int, batch int) ort.Shape {
	s := ort.Shape{int64(batch)}
	for _, d := range shape[1:] {
		s = append(s, int64(d))
	}
	return s
}
