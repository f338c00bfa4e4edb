package convolutional

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// baseLocallyConnected is a convolution whose kernel differs from place to place
// (keras/src/layers/locally_connected). Implementation says how the kernel is kept:
// 1 as a matrix for each place, 2 as one between all inputs and outputs, 3 as the
// numbers of that which join what is connected, output by output.
type baseLocallyConnected struct {
	layers.Common
	layers.Spatial
	KernelSize     []int  `keras:"kernel_size"`
	Strides        []int  `keras:"strides"`
	Padding        string `keras:"padding"`
	Implementation int    `keras:"implementation"`
	convEnd
	layers.KernelOptions
	Filters int `keras:"filters"`

	in, out  []int // sizes of the spatial axes
	channels int
}

func newBaseLocallyConnected(rank int) baseLocallyConnected {
	return baseLocallyConnected{Spatial: layers.Spatial{Rank: rank}, Strides: ones(rank), Padding: "valid", Implementation: 1,
		convEnd: newConvEnd(), KernelOptions: layers.NewKernelOptions()}
}

// Validate implements Validator.
func (l *baseLocallyConnected) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.OnEach(d, "kernel_size", &l.KernelSize, 1)
	l.OnEach(d, "strides", &l.Strides, 1)
	if l.Filters < 1 {
		d.Broken("filters must be >= 1, received %d", l.Filters)
	}
	if l.Implementation < 1 || l.Implementation > 3 {
		d.Broken("implementation must be 1, 2 or 3, received %d", l.Implementation)
	}
	if l.Padding != "valid" && (l.Padding != "same" || l.Implementation == 1) {
		d.Broken("padding must be valid, or same with implementation 2 or 3, received %q", l.Padding)
	}
}

// mostConnected bounds the matrix between inputs and outputs that implementations 2
// and 3 stand for.
const mostConnected = 1 << 26

// Build implements Layer.
func (l *baseLocallyConnected) Build(in []runtime.Shape) ([]layers.Weight, error) {
	channels, sizes, err := l.WantInput(in)
	if err != nil {
		return nil, err
	}
	if channels < 1 || !sizes.Known() {
		return nil, &runtime.ShapeError{What: "input", Wanted: "known sizes", Received: in[0].String()}
	}
	l.channels, l.in, l.out = channels, sizes, nil
	places, taps, inputs, outputs := 1, 1, channels, l.Filters
	for a, n := range sizes {
		k := l.KernelSize[a]
		size := (n + l.Strides[a] - 1) / l.Strides[a]
		if l.Padding == "valid" {
			if k > n {
				return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("at least %d along each spatial axis", k), Received: in[0].String()}
			}
			size = (n-k)/l.Strides[a] + 1
		}
		l.out = append(l.out, size)
		places, taps, inputs, outputs = places*size, taps*min(k, n), inputs*n, outputs*size
		if inputs > 1<<31 || outputs > 1<<31 {
			return nil, &runtime.ShapeError{What: "input", Wanted: "fewer numbers", Received: in[0].String()}
		}
	}
	if l.Implementation != 1 && inputs > mostConnected/outputs {
		return nil, &runtime.ShapeError{What: "input", Wanted: fmt.Sprintf("at most %d connections", mostConnected), Received: in[0].String()}
	}
	var kernel layers.Weight
	switch l.Implementation {
	case 1:
		kernel = l.Kernel(runtime.Shape{places, taps * channels, l.Filters})
	case 2:
		kernel = l.Kernel(append(l.withChannels(l.in, channels), l.withChannels(l.out, l.Filters)...))
	default:
		_, n := l.connections()
		kernel = l.Kernel(runtime.Shape{n})
	}
	if !l.UseBias {
		return []layers.Weight{kernel}, nil
	}
	return []layers.Weight{kernel, l.Bias(append(append(runtime.Shape{}, l.out...), l.Filters))}, nil
}

// withChannels adds the axis of channels to spatial sizes, in the layer's order.
func (l *baseLocallyConnected) withChannels(sizes []int, channels int) runtime.Shape {
	if l.ChannelsFirst() {
		return append(runtime.Shape{channels}, sizes...)
	}
	return append(append(runtime.Shape{}, sizes...), channels)
}

// Call implements Layer.
func (l *baseLocallyConnected) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x, y := in[0].Value, (*runtime.Value)(nil)
	out := l.withChannels(l.out, l.Filters)
	switch flat := c.Reshape(x, runtime.CopyAxis(0), runtime.Infer); l.Implementation {
	case 1:
		y = l.FromChannelsLast(c, l.patched(c, l.ToChannelsLast(c, x)))
	case 2:
		kernel := c.Weight("kernel")
		inputs := l.withChannels(l.in, l.channels)
		matrix := c.Reshape(c.Mul(kernel, l.mask(c)), product(inputs), product(out))
		y = c.Reshape(c.MatMul(flat, matrix), append([]int{runtime.CopyAxis(0)}, out...)...)
	default:
		places, n := l.connections()
		rows, err := runtime.TensorOf(places, product(out), len(places)/product(out))
		if err != nil {
			return nil, err
		}
		matrix := c.Reshape(c.Gather(c.Reshape(c.Weight("kernel"), n, 1), c.Constant(rows)), product(out), runtime.Infer)
		y = c.Reshape(c.MatMulT(flat, matrix, false, true), append([]int{runtime.CopyAxis(0)}, out...)...)
	}
	if l.UseBias { // with channels first Keras reshapes it so, and does not turn it
		y = c.Add(y, c.Reshape(c.Weight("bias"), out...))
	}
	return []layers.Tensor{l.Activation.Apply(c, y)}, nil
}

// patched multiplies what lies under the window at each place with its matrix.
func (l *baseLocallyConnected) patched(c *layers.Call, x *runtime.Value) *runtime.Value {
	taps := product(l.KernelSize)
	parts := make([]*runtime.Value, taps)
	for t := range taps {
		ranges := []runtime.Range{runtime.Whole}
		for a, at := 0, l.places(l.KernelSize, t); a < l.Rank; a++ {
			ranges = append(ranges, runtime.Range{From: at[a], To: at[a] + (l.out[a]-1)*l.Strides[a] + 1, Step: l.Strides[a]})
		}
		parts[t] = c.Reshape(c.Slice(x, ranges...), runtime.CopyAxis(0), product(l.out), 1, l.channels)
	}
	all := c.Concat(2, parts...)
	if l.ChannelsFirst() {
		all = c.Transpose(all, 0, 1, 3, 2)
	}
	all = c.Reshape(all, runtime.CopyAxis(0), product(l.out), 1, taps*l.channels)
	y := c.MatMul(all, c.Weight("kernel"))
	return c.Reshape(y, append(append([]int{runtime.CopyAxis(0)}, l.out...), l.Filters)...)
}

// connected reports whether an input place lies under the window of an output place.
func (l *baseLocallyConnected) connected(in, out []int) bool {
	for a, n := range in {
		first := out[a] * l.Strides[a]
		if l.Padding == "same" {
			first -= l.KernelSize[a] / 2
		}
		if n < first || n >= first+l.KernelSize[a] {
			return false
		}
	}
	return true
}

// mask is 1 between inputs and outputs that are connected.
func (l *baseLocallyConnected) mask(c *layers.Call) *runtime.Value {
	inputs, outputs := product(l.in), product(l.out)
	m, err := runtime.NewTensor(runtime.Float32, append(l.withChannels(l.in, 1), l.withChannels(l.out, 1)...)...)
	if err != nil {
		return c.Fail(err)
	}
	for i := range inputs {
		at := l.places(l.in, i)
		for k := range outputs {
			if l.connected(at, l.places(l.out, k)) {
				m.Float32s()[i*outputs+k] = 1
			}
		}
	}
	return c.Constant(m)
}

// connections lists for each output and input, row by row, which number of the
// kernel joins them, -1 for none.
func (l *baseLocallyConnected) connections() (numbers []int32, n int) {
	inputs, outputs := l.withChannels(l.in, l.channels), l.withChannels(l.out, l.Filters)
	numbers = make([]int32, 0, product(outputs)*product(inputs))
	spatial := func(at []int) []int {
		if l.ChannelsFirst() {
			return at[1:]
		}
		return at[:l.Rank]
	}
	for k := range product(outputs) {
		to := spatial(l.places(outputs, k))
		for i := range product(inputs) {
			number := int32(-1)
			if l.connected(spatial(l.places(inputs, i)), to) {
				number = int32(n)
				n++
			}
			numbers = append(numbers, number)
		}
	}
	return numbers, n
}

// places are the indices of element i of an array of those sizes.
func (*baseLocallyConnected) places(sizes []int, i int) []int {
	at := make([]int, len(sizes))
	for a := len(sizes) - 1; a >= 0; a-- {
		at[a] = i % sizes[a]
		i /= sizes[a]
	}
	return at
}

func product(sizes []int) int {
	n := 1
	for _, s := range sizes {
		n *= s
	}
	return n
}
