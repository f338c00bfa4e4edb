package layers

import "github.com/kerasrun/kerasrun/runtime"

// Numbers is an option that holds a number or nested lists of numbers. Tensor
// is nil when the option is null or missing.
type Numbers struct{ *runtime.Tensor }

func (n *Numbers) DecodeOption(d *Decoder, v any) {
	if class, config, ok := ClassAndConfig(v); ok && (class == "__numpy__" || class == "__tensor__") {
		v = config["value"]
	}
	if v == nil {
		return
	}
	var shape []int
	for x := v; ; {
		list, ok := x.([]any)
		if !ok {
			break
		}
		if shape = append(shape, len(list)); len(list) == 0 {
			break
		}
		x = list[0]
	}
	data, ok := flatNumbers(nil, v, shape)
	if !ok {
		d.Broken("must be a number or a rectangular list of numbers, received %s", Brief(v))
		return
	}
	n.Tensor, _ = runtime.TensorOf(data, shape...)
}

func flatNumbers(data []float32, v any, shape []int) ([]float32, bool) {
	if len(shape) == 0 {
		x, ok := Float(v)
		return append(data, float32(x)), ok
	}
	list, ok := v.([]any)
	if !ok || len(list) != shape[0] {
		return nil, false
	}
	for _, x := range list {
		if data, ok = flatNumbers(data, x, shape[1:]); !ok {
			return nil, false
		}
	}
	return data, true
}
