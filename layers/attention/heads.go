package attention

import (
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/layers/core"
	"github.com/kerasrun/kerasrun/runtime"
)

// projections are the options of the dense layers inside of attention layers.
type projections struct {
	UseBias bool `keras:"use_bias"`
	layers.KernelOptions
	layers.BiasOptions

	quantized map[string]*core.EinsumDense // by path
}

// TakesPolicies implements layers.PolicyTaker.
func (p *projections) TakesPolicies() {}

func newProjections() projections {
	return projections{UseBias: true, KernelOptions: layers.NewKernelOptions(), BiasOptions: layers.NewBiasOptions()}
}

// projection is a dense layer: the path of its weights, and their shapes.
type projection struct {
	path         string
	kernel, bias runtime.Shape
}

// weightsOf describes the weights of dense layers. rank is that of the layer's input.
func (p *projections) weightsOf(base *layers.Common, rank int, list ...projection) (w []layers.Weight, err error) {
	for _, of := range list {
		more, err := p.weights(base, of.path, rank, of.kernel, of.bias)
		if err != nil {
			return nil, err
		}
		w = append(w, more...)
	}
	return w, nil
}

// weights describes kernel and bias of the dense layer at a path, or all arrays of a
// quantized one.
func (p *projections) weights(base *layers.Common, path string, rank int, kernel, bias runtime.Shape) ([]layers.Weight, error) {
	name := strings.TrimSuffix(strings.TrimPrefix(path, "_"), "_dense")
	if name == "output" {
		name = "attention_output"
	}
	policy, err := base.DType.Of(base.Name + "/" + name)
	if err != nil {
		return nil, err
	}
	w := []layers.Weight{p.Kernel(kernel)}
	if p.UseBias {
		w = append(w, p.Bias(bias))
	}
	if policy.Quantization != "" {
		d, in := p.einsumDense(policy, rank, kernel, bias)
		if w, err = d.Build([]runtime.Shape{in}); err != nil {
			return nil, err
		}
		if p.quantized == nil {
			p.quantized = map[string]*core.EinsumDense{}
		}
		p.quantized[path] = d
	}
	for i := range w {
		w[i].Path = path
	}
	return w, nil
}

// einsumDense is a quantized projection, and the shape of its input: the last axes of
// an input of rank axes, or of its heads, are summed over.
func (p *projections) einsumDense(policy layers.Policy, rank int, kernel, bias runtime.Shape) (*core.EinsumDense, runtime.Shape) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	inner := len(kernel) - len(bias)
	lead := letters[:rank-1]
	summed := letters[len(lead):][:inner]
	made := letters[len(lead)+inner:][:len(bias)]
	d := &core.EinsumDense{KernelOptions: p.KernelOptions, BiasOptions: p.BiasOptions, Equation: lead + summed + "," + summed + made + "->" + lead + made}
	d.DType = policy
	if p.UseBias {
		d.BiasAxes = &made
	}
	in := make(runtime.Shape, len(lead), len(lead)+inner)
	for i := range in {
		in[i] = runtime.Unknown
		if i > 0 {
			d.OutputShape = append(d.OutputShape, nil)
		}
	}
	for i := range bias {
		d.OutputShape = append(d.OutputShape, &bias[i])
	}
	return d, append(in, kernel[:inner]...)
}

// project multiplies the last inner axes of x by the kernel of the dense layer
// at a path, whose first inner axes these are; the kernel's other axes take their
// place. It is one product of matrices.
func (p *projections) project(c *layers.Call, path string, x *runtime.Value, inner int) *runtime.Value {
	if d := p.quantized[path]; d != nil {
		y, err := d.Call(c.Inside(path), []layers.Tensor{{Value: x}})
		if err != nil {
			return c.Fail(err)
		}
		return y[0].Value
	}
	kernel := c.Weight(path + "/kernel")
	n := 1
	for _, d := range kernel.Shape[:inner] {
		n *= d
	}
	lead := []int{}
	for a := range x.Rank() - inner {
		lead = append(lead, runtime.CopyAxis(a))
	}
	if inner > 1 {
		x = c.Reshape(x, append(lead[:len(lead):len(lead)], n)...)
	}
	out := kernel.Shape[inner:]
	y := c.MatMul(x, c.Reshape(kernel, n, runtime.Infer))
	if p.UseBias {
		y = c.Add(y, c.Flat(c.Weight(path+"/bias")))
	}
	if len(out) == 1 {
		return y
	}
	return c.Reshape(y, append(lead, out...)...)
}

// attend is what every attention with heads does after its projections.
type attend struct {
	scale       float64
	dropout     float64
	scores      bool // the weights are asked for too
	keras2Masks bool // as Keras 2 masks: see maskedSoftmax
}

// call computes attention of q (batch, queries, heads, depth) to k and v
// (batch, keys, heads, …). The mask broadcasts to (batch, heads, queries, keys).
func (a attend) call(c *layers.Call, q, k, v, mask *runtime.Value) (y, weights *runtime.Value) {
	if !a.scores && a.dropout == 0 {
		return c.Attention(q, k, v, runtime.AttentionOptions{Scale: float32(a.scale), Mask: mask, Penalty: a.keras2Masks}), nil
	}
	heads := func(x *runtime.Value) *runtime.Value { return c.Transpose(x, 0, 2, 1, 3) }
	scores := c.MatMulT(c.Mul(heads(q), c.Scalar(float32(a.scale))), heads(k), false, true)
	weights = c.MaskedSoftmax(scores, mask, []int{-1}, a.keras2Masks)
	kept := weights
	if c.Training && a.dropout > 0 {
		kept = c.Dropout(weights, a.dropout, nil)
	}
	return heads(c.MatMul(kept, heads(v))), weights
}

// attentionMask joins all that says which keys count for which query: masks of
// the query, the value and the key, an explicit mask, the order in time, a
// window. The result has rank 4, (batch, heads, queries, keys); nil is no mask.
func attentionMask(c *layers.Call, in []layers.Tensor, window *int) *runtime.Value {
	var mask *runtime.Value
	and := func(m *runtime.Value) {
		if mask == nil {
			mask = m
			return
		}
		mask = c.And(mask, m)
	}
	if v := c.KeywordTensor("attention_mask"); v != nil {
		v = c.Cast(v, runtime.Bool)
		if err := layers.WantRank(v.Shape, 2, 4); err != nil {
			return c.Fail(err)
		}
		for range 4 - v.Rank() {
			v = c.ExpandDims(v, -3)
		}
		and(v)
	}
	for i, t := range in {
		if t.Mask == nil {
			continue
		}
		if i == 0 {
			and(c.Reshape(t.Mask, runtime.CopyAxis(0), 1, runtime.CopyAxis(1), 1))
		} else {
			and(c.Reshape(t.Mask, runtime.CopyAxis(0), 1, 1, runtime.CopyAxis(1)))
		}
	}
	causal := c.KeywordFlag("use_causal_mask")
	if !causal && window == nil {
		return mask
	}
	query, key := places(c, in[0].Value), places(c, in[1].Value)
	query = c.Reshape(query, runtime.CopyAxis(0), 1, runtime.CopyAxis(1), 1)
	key = c.Reshape(key, runtime.CopyAxis(0), 1, 1, runtime.CopyAxis(1))
	if causal {
		and(c.GreaterEqual(query, key))
	}
	if window != nil {
		and(c.Less(c.Abs(c.Sub(query, key)), c.Scalar(float32(*window))))
	}
	return mask
}

// places numbers the steps of (batch, time, …), as float32 (batch, time).
func places(c *layers.Call, x *runtime.Value) *runtime.Value {
	ranges := []runtime.Range{runtime.Whole, runtime.Whole}
	for range x.Rank() - 2 {
		ranges = append(ranges, runtime.Range{From: 0, To: 1, Step: 1})
	}
	steps := c.Reshape(c.Slice(x, ranges...), runtime.CopyAxis(0), runtime.CopyAxis(1))
	return c.Cast(c.Iota(steps, 1), runtime.Float32)
}

// ownMasks gives query, value and key the masks that the call names for each.
func ownMasks(c *layers.Call, in []layers.Tensor) {
	for i, name := range []string{"query_mask", "value_mask", "key_mask"} {
		if m := c.KeywordTensor(name); m != nil && i < len(in) {
			in[i].Mask = c.Cast(m, runtime.Bool)
		}
	}
}
