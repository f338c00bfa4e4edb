package attention

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("GroupedQueryAttention", func() layers.Layer { return &GroupedQueryAttention{projections: newProjections()} }, "GroupQueryAttention")
}

// GroupedQueryAttention is attention in which several heads of the query share
// one of key and value
// (keras/src/layers/attention/grouped_query_attention.py; Ainslie et al. 2023).
type GroupedQueryAttention struct {
	layers.Common
	projections
	HeadDim          int     `keras:"head_dim"`
	NumQueryHeads    int     `keras:"num_query_heads"`
	NumKeyValueHeads int     `keras:"num_key_value_heads"`
	Dropout          float64 `keras:"dropout"`
	SlidingWindow    *int    `keras:"sliding_window"`
	FlashAttention   any     `keras:"flash_attention"` // how, not what, is computed
	UseGate          bool    `keras:"use_gate"`
	Seed             any     `keras:"seed"`
}

// Validate implements Validator.
func (l *GroupedQueryAttention) Validate(d *layers.Decoder) {
	for _, o := range []struct {
		name string
		n    int
	}{{"head_dim", l.HeadDim}, {"num_query_heads", l.NumQueryHeads}, {"num_key_value_heads", l.NumKeyValueHeads}} {
		if o.n < 1 {
			d.Broken("%s must be >= 1, received %d", o.name, o.n)
		}
	}
	if l.NumKeyValueHeads > 0 && l.NumQueryHeads%l.NumKeyValueHeads != 0 {
		d.Broken("num_query_heads must be a multiple of num_key_value_heads %d, received %d", l.NumKeyValueHeads, l.NumQueryHeads)
	}
	if l.ActivityRegularizer != nil {
		d.Unsupported("activity_regularizer")
	}
	d.WantRate("dropout", l.Dropout)
}

// TensorNames implements TensorNamer.
func (l *GroupedQueryAttention) TensorNames() []string { return []string{"query", "value", "key"} }

// Build implements Layer.
func (l *GroupedQueryAttention) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 2, 3); err != nil {
		return nil, err
	}
	var dims [3]int // of query, value, key
	for i := range dims {
		s := in[min(i, len(in)-1)]
		if err := layers.WantRank(s, 3, 3); err != nil {
			return nil, err
		}
		var err error
		if dims[i], err = layers.WantKnown(s, -1); err != nil {
			return nil, err
		}
	}
	queries, shared := runtime.Shape{l.NumQueryHeads, l.HeadDim}, runtime.Shape{l.NumKeyValueHeads, l.HeadDim}
	list := []projection{
		{"_query_dense", append(runtime.Shape{dims[0]}, queries...), queries},
		{"_key_dense", append(runtime.Shape{dims[2]}, shared...), shared},
	}
	if l.UseGate {
		list = append(list, projection{"_gate_dense", append(runtime.Shape{dims[0]}, queries...), queries})
	}
	list = append(list,
		projection{"_value_dense", append(runtime.Shape{dims[1]}, shared...), shared},
		projection{"_output_dense", append(queries[:2:2], dims[0]), runtime.Shape{dims[0]}},
	)
	return l.weightsOf(&l.Common, 3, list...)
}

// KeepsMasks implements layers.MaskKeeper: query, value and key have mask
// arguments of their own.
func (l *GroupedQueryAttention) KeepsMasks() bool { return true }

// Call implements Layer.
func (l *GroupedQueryAttention) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	ownMasks(c, in)
	query, value, key := layers.Floats(c, in[0].Value), layers.Floats(c, in[1].Value), layers.Floats(c, in[len(in)-1].Value)
	repeats := l.NumQueryHeads / l.NumKeyValueHeads
	q := l.project(c, "_query_dense", query, 1)
	k := c.Repeat(l.project(c, "_key_dense", key, 1), 2, repeats)
	var gate *runtime.Value
	if l.UseGate {
		gate = c.Sigmoid(l.project(c, "_gate_dense", query, 1))
	}
	v := c.Repeat(l.project(c, "_value_dense", value, 1), 2, repeats)
	a := attend{scale: 1 / math.Sqrt(float64(l.HeadDim)), dropout: l.Dropout, scores: c.KeywordFlag("return_attention_scores")}
	y, scores := a.call(c, q, k, v, attentionMask(c, in, l.SlidingWindow))
	if gate != nil {
		y = c.Mul(y, gate)
	}
	out := []layers.Tensor{{Value: l.project(c, "_output_dense", y, 2), Mask: in[0].Mask}}
	if a.scores {
		out = append(out, layers.Tensor{Value: scores})
	}
	return out, nil
}
