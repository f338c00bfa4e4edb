package operations

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	type v = *runtime.Value
	type b = *runtime.Builder
	for class, f := range map[string]func(b b, x v, size []int, w runtime.Window) v{"MaxPool": b.MaxPool, "AveragePool": b.AvgPool} {
		registerOperation(class, func(o *opCall) v {
			s, x := o.spatial()
			size := o.each("pool_size", s.Rank, nil)
			return s.FromChannelsLast(o.Call, f(o.Builder, x, size, o.window(s.Rank, o.each("strides", s.Rank, size), nil, nil)))
		}, "pool_size", "strides", "padding", "data_format")
	}
	for class, f := range map[string]func(b b, x v, windows []int) v{"AdaptiveMaxPool": b.EvenMaxPool, "AdaptiveAveragePool": b.EvenAvgPool} {
		registerOperation(class, func(o *opCall) v {
			s, x := o.spatial()
			return s.FromChannelsLast(o.Call, f(o.Builder, x, o.each("output_size", s.Rank, nil)))
		}, "output_size", "data_format")
	}
	for class, depthwise := range map[string]bool{"Conv": false, "DepthwiseConv": true, "SeparableConv": true} {
		registerOperation(class, func(o *opCall) v {
			s, x := o.spatial()
			k := o.kernel(1, "kernel", s.Rank)
			if class == "SeparableConv" {
				k = o.kernel(1, "depthwise_kernel", s.Rank)
			}
			channels := k.Shape[s.Rank]
			w := o.window(s.Rank, o.each("strides", s.Rank, ones(s.Rank)), o.each("dilation_rate", s.Rank, ones(s.Rank)), k.Shape[:s.Rank])
			if depthwise {
				k = o.Reshape(k, append(append([]int{}, k.Shape[:s.Rank]...), 1, channels*k.Shape[s.Rank+1])...)
				x = o.Conv(x, k, w, max(channels, 1))
			} else {
				n := x.Shape[s.Rank+1]
				if n < 0 || channels < 1 || n%channels != 0 {
					return o.fail("channels that the kernel's %d divide wanted, received %s", channels, x.Shape)
				}
				x = o.Conv(x, k, w, max(n/channels, 1))
			}
			if class == "SeparableConv" {
				x = o.Conv(x, o.kernel(2, "pointwise_kernel", s.Rank), runtime.Window{}, 1)
			}
			return s.FromChannelsLast(o.Call, x)
		}, "strides", "padding", "data_format", "dilation_rate")
	}
}

// spatial reads the images, with their channels last.
func (o *opCall) spatial() (layers.Spatial, *runtime.Value) {
	x := o.Cast(o.value(o.arg(0, "inputs")), runtime.Float32)
	s := layers.Spatial{Rank: x.Rank() - 2, DataFormat: o.text("data_format", "")}
	if s.Rank < 1 || s.Rank > 3 {
		o.fail("one to three spatial axes wanted, received %s", x.Shape)
	}
	return s, s.ToChannelsLast(o.Call, x)
}

// kernel reads a kernel of known shape over that many axes.
func (o *opCall) kernel(i int, name string, rank int) *runtime.Value {
	k := o.Cast(o.value(o.arg(i, name)), runtime.Float32)
	if k.Rank() != rank+2 || !k.Shape.Known() {
		return o.fail("%s must have rank %d and known sizes, received %s", name, rank+2, k.Shape)
	}
	return k
}

// each reads an option with a number for every spatial axis, or one for all.
func (o *opCall) each(key string, rank int, otherwise []int) []int {
	list := o.axes(key)
	if list == nil {
		if otherwise == nil {
			o.fail("%s is missing", key)
		}
		return otherwise
	}
	for len(list) > 0 && len(list) < rank {
		list = append(list, list[0])
	}
	if len(list) != rank {
		o.fail("%s must have %d numbers, received %d", key, rank, len(list))
	}
	return list
}

// window reads the option padding; kernel has the sizes that causal needs.
func (o *opCall) window(rank int, strides, dilation, kernel []int) runtime.Window {
	w := runtime.Window{Strides: strides, Dilation: dilation}
	switch padding := o.text("padding", "valid"); {
	case padding == "same" || padding == "SAME":
		w.Padding = runtime.Same
	case padding == "causal" && rank == 1 && len(kernel) == 1:
		w.Padding = runtime.Explicit
		w.Before = []int{(kernel[0] - 1) * dilation[0]}
	case padding != "valid" && padding != "VALID":
		o.fail("padding must be valid or same, received %q", padding)
	}
	return w
}

func ones(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = 1
	}
	return list
}
