package main

import (
	"errors"

	ort "github.com/yalue/onnxruntime_go"
)

// openORT loads ONNX Runtime's own library. Tensors are bound once, which is the
// fastest way to call it.
func openORT(model string, x []float32, shape []int, o options) (call, error) {
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
	in, err := ort.NewTensor(sizes(shape, shape[0]), x)
	if err != nil {
		return nil, err
	}
	answers := make([]int, len(outs[0].Dimensions))
	for i, d := range outs[0].Dimensions {
		answers[i] = int(d)
	}
	out, err := ort.NewEmptyTensor[float32](sizes(answers, shape[0]))
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
	s, err := ort.NewAdvancedSession(model, []string{ins[0].Name}, []string{outs[0].Name}, []ort.Value{in}, []ort.Value{out}, settings)
	if err != nil {
		return nil, err
	}
	return func() ([]float32, error) { return out.GetData(), s.Run() }, nil
}

// sizes is the shape with the batch in first place.
func sizes(shape []int, batch int) ort.Shape {
	s := ort.Shape{int64(batch)}
	for _, d := range shape[1:] {
		s = append(s, int64(d))
	}
	return s
}
