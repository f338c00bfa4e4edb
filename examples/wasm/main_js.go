package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"syscall/js"

	"github.com/kerasrun/kerasrun/keras"
)

func main() {
	js.Global().Set("kerasrunLoad", js.FuncOf(func(_ js.Value, args []js.Value) any { return settled(load, args) }))
	select {} // the functions stay callable
}

// settled gives what f does or its error: {value: …} or {error: "…"}. Throwing is
// not for Go.
func settled(f func(args []js.Value) (any, error), args []js.Value) any {
	v, err := f(args)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"value": v}
}

// load makes a model of the bytes of its file, a Uint8Array.
func load(args []js.Value) (any, error) {
	if len(args) != 1 || !args[0].InstanceOf(js.Global().Get("Uint8Array")) {
		return nil, fmt.Errorf("kerasrunLoad takes the file as a Uint8Array")
	}
	file := make([]byte, args[0].Length())
	js.CopyBytesToGo(file, args[0])
	m, err := keras.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	p, err := m.Compile()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"name": m.Name(), "input": p.Inputs()[0].Type.String(), "output": p.Outputs()[0].Type.String(),
		"predict": js.FuncOf(func(_ js.Value, args []js.Value) any {
			return settled(func(args []js.Value) (any, error) { return predict(p, args) }, args)
		}),
	}, nil
}

// predict answers rows, a Float32Array, with one.
func predict(p *keras.Program, args []js.Value) (any, error) {
	if len(args) != 1 || !args[0].InstanceOf(js.Global().Get("Float32Array")) {
		return nil, fmt.Errorf("predict takes the rows as a Float32Array")
	}
	x, err := p.Predict(floats(args[0]))
	if err != nil {
		return nil, err
	}
	var data []byte
	for _, v := range x {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	y := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(y, data)
	return js.Global().Get("Float32Array").New(y.Get("buffer")), nil
}

// floats copies a Float32Array.
func floats(v js.Value) []float32 {
	data := make([]byte, v.Get("byteLength").Int())
	js.CopyBytesToGo(data, js.Global().Get("Uint8Array").New(v.Get("buffer"), v.Get("byteOffset"), len(data)))
	x := make([]float32, len(data)/4)
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return x
}
