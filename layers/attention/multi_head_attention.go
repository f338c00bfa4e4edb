package attention

import (
	"fmt"
	"math"
	"slices"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("MultiHeadAttention", func() layers.Layer { return &MultiHeadAttention{projections: newProjections()} })
}

// MultiHeadAttention attends from a query to values under keys, with several
// heads (keras/src/layers/attention/multi_head_attention.py; Vaswani et al. 2017).
type MultiHeadAttention struct {
	layers.Common
	projections
	NumHeads       int     `keras:"num_heads"`
	KeyDim         int     `keras:"key_dim"`
	ValueDim       *int    `keras:"value_dim"`
	Dropout        float64 `keras:"dropout"`
	OutputShape    []int   `keras:"output_shape"`
	AttentionAxes  []int   `keras:"attention_axes"`
	SlidingWindow  *int    `keras:"sliding_window"`
	FlashAttention any     `keras:"flash_attention"` // how, not what, is computed
	UseGate        bool    `keras:"use_gate"`
	Seed           any     `keras:"seed"`

	// Keras2Masks asks for the masked softmax of Keras 2. Package keras sets it.
	Keras2Masks bool `keras:"keras2_masks"`

	// KeepsInputMasks leaves the masks on query, value and key, as until Keras 3.7:
	// later layers that are called on these see them. Package keras sets it.
	KeepsInputMasks bool `keras:"keeps_input_masks"`
}

// KeepsMasks implements layers.MaskKeeper: query, value and key have mask
// arguments of their own.
func (l *MultiHeadAttention) KeepsMasks() bool { return true }

// Validate implements Validator.
func (l *MultiHeadAttention) Validate(d *layers.Decoder) {
	if l.NumHeads < 1 {
		d.Broken("num_heads must be >= 1, received %d", l.NumHeads)
	}
	if l.KeyDim < 1 {
		d.Broken("key_dim must be >= 1, received %d", l.KeyDim)
	}
	if l.ValueDim != nil && *l.ValueDim < 1 {
		d.Broken("value_dim must be >= 1, received %d", *l.ValueDim)
	}
	if l.ActivityRegularizer != nil {
		d.Unsupported("activity_regularizer")
	}
	d.WantRate("dropout", l.Dropout)
}

// TensorNames implements TensorNamer.
func (l *MultiHeadAttention) TensorNames() []string { return []string{"query", "value", "key"} }

func (l *MultiHeadAttention) width() int {
	if l.ValueDim != nil {
		return *l.ValueDim
	}
	return l.KeyDim
}

// Build implements Layer.
func (l *MultiHeadAttention) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 2, 3); err != nil {
		return nil, err
	}
	var dims [3]int // of query, value, key
	for i := range dims {
		s := in[min(i, len(in)-1)]
		if err := layers.WantRank(s, 3, len(in[0])); err != nil {
			return nil, err
		}
		var err error
		if dims[i], err = layers.WantKnown(s, -1); err != nil {
			return nil, err
		}
	}
	out := runtime.Shape(l.OutputShape)
	if len(out) == 0 {
		out = runtime.Shape{dims[0]}
	}
	for _, n := range out {
		if n < 1 {
			return nil, fmt.Errorf("output_shape must hold sizes >= 1, received %v", l.OutputShape)
		}
	}
	h, k, v := l.NumHeads, l.KeyDim, l.width()
	list := []projection{
		{"query_dense", runtime.Shape{dims[0], h, k}, runtime.Shape{h, k}},
		{"key_dense", runtime.Shape{dims[2], h, k}, runtime.Shape{h, k}},
	}
	if l.UseGate {
		list = append(list, projection{"_gate_dense", runtime.Shape{dims[0], h, v}, runtime.Shape{h, v}})
	}
	list = append(list,
		projection{"value_dense", runtime.Shape{dims[1], h, v}, runtime.Shape{h, v}},
		projection{"output_dense", append(runtime.Shape{h, v}, out...), out},
	)
	return l.weightsOf(&l.Common, len(in[0]), list...)
}

// Call implements Layer.
func (l *MultiHeadAttention) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	if !l.KeepsInputMasks && !l.Keras2Masks {
		for _, t := range in {
			c.Unmask(t)
		}
	}
	ownMasks(c, in)
	query, value, key := layers.Floats(c, in[0].Value), layers.Floats(c, in[1].Value), layers.Floats(c, in[len(in)-1].Value)
	q := l.project(c, "query_dense", query, 1)
	k := l.project(c, "key_dense", key, 1)
	var gate *runtime.Value
	if l.UseGate {
		gate = c.Sigmoid(l.project(c, "_gate_dense", query, 1))
	}
	v := l.project(c, "value_dense", value, 1)
	a := attend{scale: 1 / math.Sqrt(float64(l.KeyDim)), dropout: l.Dropout, scores: c.KeywordFlag("return_attention_scores"), keras2Masks: l.Keras2Masks && hides(c, in)}
	var y, scores *runtime.Value
	if query.Rank() == 3 {
		y, scores = a.call(c, q, k, v, attentionMask(c, in, l.SlidingWindow))
	} else {
		var err error
		if y, err = l.overAxes(c, in, a, q, k, v); err != nil {
			return nil, err
		}
	}
	if gate != nil {
		y = c.Mul(y, gate)
	}
	out := []layers.Tensor{{Value: l.project(c, "output_dense", y, 2), Mask: in[0].Mask}}
	if a.scores {
		out = append(out, layers.Tensor{Value: scores})
	}
	return out, nil
}

// hides reports whether the masks may leave a query nothing to look at, which
// the order in time alone does not.
func hides(c *layers.Call, in []layers.Tensor) bool {
	for _, t := range in {
		if t.Mask != nil {
			return true
		}
	}
	return c.Keyword("attention_mask") != nil
}

// overAxes attends over some of several axes: the others are taken for more of
// the batch, the attended ones for one.
func (l *MultiHeadAttention) overAxes(c *layers.Call, in []layers.Tensor, a attend, q, k, v *runtime.Value) (*runtime.Value, error) {
	rank := q.Rank() // batch, axes…, heads, depth
	if a.scores || attentionMask(c, in, l.SlidingWindow) != nil {
		return nil, &runtime.ShapeError{What: "masks and scores", Wanted: "inputs of rank 3", Received: in[0].Shape.String()}
	}
	axes := l.AttentionAxes
	if axes == nil {
		axes = layers.OtherAxes(rank, 0, rank-2, rank-1)
	}
	resolved := make([]int, len(axes))
	for i, x := range axes {
		if resolved[i] = x; x < 0 {
			resolved[i] += rank - 1
		}
		if resolved[i] < 1 || resolved[i] > rank-3 {
			return nil, fmt.Errorf("attention_axes must be between 1 and %d, received %d", rank-3, x)
		}
		if slices.Contains(resolved[:i], resolved[i]) {
			return nil, fmt.Errorf("attention_axes must differ, received %v", axes)
		}
	}
	perm := append(append(layers.OtherAxes(rank, append(resolved, rank-2, rank-1)...), resolved...), rank-2, rank-1)
	first := rank - 2 - len(resolved) // the first attended axis after the permutation
	joined := func(x *runtime.Value) *runtime.Value {
		if x = c.Transpose(x, perm...); x.Rank() != rank {
			return x // an error, kept by the builder
		}
		steps := 1
		for _, d := range x.Shape[first : rank-2] {
			if d < 0 {
				steps = runtime.Infer
				break
			}
			steps *= d
		}
		batch := runtime.Infer
		if first == 1 {
			batch = runtime.CopyAxis(0)
		}
		return c.Reshape(x, batch, steps, runtime.CopyAxis(rank-2), runtime.CopyAxis(rank-1))
	}
	y, _ := a.call(c, joined(q), joined(k), joined(v), nil)
	sizes := []int{runtime.Infer}
	for _, x := range perm[1 : rank-2] {
		if q.Shape[x] < 0 {
			return nil, &runtime.ShapeError{What: "attention over several axes", Wanted: "known sizes", Received: in[0].Shape.String()}
		}
		sizes = append(sizes, q.Shape[x])
	}
	back := make([]int, rank)
	for i, x := range perm {
		back[x] = i
	}
	y = c.Reshape(y, append(sizes, runtime.CopyAxis(2), runtime.CopyAxis(3))...)
	return c.Transpose(y, back...), nil
}
