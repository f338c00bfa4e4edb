package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGradients holds every differentiable primitive against finite differences.
func TestGradients(t *testing.T) {
	r := func(seed uint64, shape ...int) *Tensor { return random(seed, -2, 2, shape...) }
	pos := func(seed uint64, shape ...int) *Tensor { return random(seed, 0.5, 2, shape...) }
	one := func(f func(b *Builder, x *Value) *Value) func(b *Builder, in []*Value) *Value {
		return func(b *Builder, in []*Value) *Value { return f(b, in[0]) }
	}
	two := func(f func(b *Builder, x, y *Value) *Value) func(b *Builder, in []*Value) *Value {
		return func(b *Builder, in []*Value) *Value { return f(b, in[0], in[1]) }
	}
	index := func(b *Builder) *Value {
		i, _ := TensorOf([]int32{2, 0, 2, 1}, 2, 2)
		return b.Constant(i)
	}
	for name, c := range map[string]struct {
		build func(b *Builder, in []*Value) *Value
		in    []*Tensor
	}{
		"exp":              {one((*Builder).Exp), []*Tensor{random(1, -1, 1, 5)}},
		"log":              {one((*Builder).Log), []*Tensor{pos(1, 5)}},
		"sqrt":             {one((*Builder).Sqrt), []*Tensor{pos(1, 5)}},
		"rsqrt":            {one((*Builder).Rsqrt), []*Tensor{pos(1, 5)}},
		"recip":            {one((*Builder).Recip), []*Tensor{pos(1, 5)}},
		"square":           {one((*Builder).Square), []*Tensor{r(1, 5)}},
		"neg":              {one((*Builder).Neg), []*Tensor{r(1, 5)}},
		"abs":              {one((*Builder).Abs), []*Tensor{r(1, 5)}},
		"erf":              {one((*Builder).Erf), []*Tensor{r(1, 5)}},
		"log1p":            {one((*Builder).Log1p), []*Tensor{pos(1, 5)}},
		"softplus":         {one((*Builder).Softplus), []*Tensor{r(1, 5)}},
		"tanh":             {one((*Builder).Tanh), []*Tensor{r(1, 5)}},
		"sigmoid":          {one((*Builder).Sigmoid), []*Tensor{r(1, 5)}},
		"relu":             {one((*Builder).Relu), []*Tensor{r(1, 5)}},
		"silu":             {one((*Builder).Silu), []*Tensor{r(1, 5)}},
		"gelu":             {one((*Builder).Gelu), []*Tensor{r(1, 5)}},
		"gelu_grad":        {two(func(b *Builder, x, dy *Value) *Value { return b.apply(geluGrad{}, x, dy) }), []*Tensor{r(1, 5), r(2, 5)}},
		"gelu_tanh":        {one((*Builder).GeluTanh), []*Tensor{r(1, 5)}},
		"sin":              {one((*Builder).Sin), []*Tensor{r(1, 5)}},
		"cos":              {one((*Builder).Cos), []*Tensor{r(1, 5)}},
		"leaky_relu":       {one(func(b *Builder, x *Value) *Value { return b.LeakyRelu(x, 0.3) }), []*Tensor{r(1, 5)}},
		"elu":              {one(func(b *Builder, x *Value) *Value { return b.Elu(x, 1.5) }), []*Tensor{r(1, 5)}},
		"clamp":            {one(func(b *Builder, x *Value) *Value { return b.Clamp(x, -1, 0.5) }), []*Tensor{r(1, 5)}},
		"clip":             {one(func(b *Builder, x *Value) *Value { return b.ClipByValue(x, -1, 0.5) }), []*Tensor{r(1, 5)}},
		"add":              {two((*Builder).Add), []*Tensor{r(1, 2, 3), r(2, 3)}},
		"add column":       {two((*Builder).Add), []*Tensor{r(1, 2, 3), r(2, 2, 1)}},
		"sub":              {two((*Builder).Sub), []*Tensor{r(1, 2, 1, 3), r(2, 4, 1)}},
		"mul":              {two((*Builder).Mul), []*Tensor{r(1, 2, 3), r(2)}},
		"mul by row":       {two((*Builder).Mul), []*Tensor{r(1, 4, 3), r(2, 3)}},
		"div":              {two((*Builder).Div), []*Tensor{r(1, 2, 3), pos(2, 3)}},
		"div scalar":       {two((*Builder).Div), []*Tensor{r(1), pos(2, 3)}},
		"maximum":          {two((*Builder).Maximum), []*Tensor{r(1, 2, 3), r(2, 2, 3)}},
		"minimum":          {two((*Builder).Minimum), []*Tensor{r(1, 2, 3), r(2, 3)}},
		"pow":              {two((*Builder).Pow), []*Tensor{pos(1, 2, 3), r(2, 3)}},
		"matmul":           {two((*Builder).MatMul), []*Tensor{r(1, 3, 4), r(2, 4, 2)}},
		"matmul rows":      {two((*Builder).MatMul), []*Tensor{r(1, 2, 3, 4), r(2, 4, 2)}},
		"matmul batch":     {two((*Builder).MatMul), []*Tensor{r(1, 2, 3, 4), r(2, 2, 4, 2)}},
		"matmul broadcast": {two((*Builder).MatMul), []*Tensor{r(1, 2, 1, 3, 4), r(2, 3, 4, 2)}},
		"matmul at":        {two(func(b *Builder, x, y *Value) *Value { return b.MatMulT(x, y, true, false) }), []*Tensor{r(1, 4, 3), r(2, 4, 2)}},
		"matmul bt":        {two(func(b *Builder, x, y *Value) *Value { return b.MatMulT(x, y, false, true) }), []*Tensor{r(1, 2, 3, 4), r(2, 2, 4)}},
		"matmul atbt":      {two(func(b *Builder, x, y *Value) *Value { return b.MatMulT(x, y, true, true) }), []*Tensor{r(1, 2, 4, 3), r(2, 2, 2, 4)}},
		"dense": {func(b *Builder, in []*Value) *Value { return b.Relu(b.Add(b.MatMul(in[0], in[1]), in[2])) },
			[]*Tensor{r(1, 3, 4), r(2, 4, 5), r(3, 5)}},
		"sum":             {one(func(b *Builder, x *Value) *Value { return b.Sum(x, nil, false) }), []*Tensor{r(1, 2, 3)}},
		"sum axes":        {one(func(b *Builder, x *Value) *Value { return b.Sum(x, []int{0, -1}, false) }), []*Tensor{r(1, 2, 3, 2)}},
		"mean":            {one(func(b *Builder, x *Value) *Value { return b.Mean(x, []int{1, 2}, true) }), []*Tensor{r(1, 2, 3, 2, 2)}},
		"max":             {one(func(b *Builder, x *Value) *Value { return b.Max(x, []int{1}, false) }), []*Tensor{r(1, 2, 5, 2)}},
		"min":             {one(func(b *Builder, x *Value) *Value { return b.Min(x, []int{-1}, true) }), []*Tensor{r(1, 2, 5)}},
		"prod":            {one(func(b *Builder, x *Value) *Value { return b.Prod(x, []int{1}, false) }), []*Tensor{pos(1, 2, 3)}},
		"softmax":         {one((*Builder).Softmax), []*Tensor{r(1, 2, 4)}},
		"logsoftmax":      {one((*Builder).LogSoftmax), []*Tensor{r(1, 2, 4)}},
		"reshape":         {one(func(b *Builder, x *Value) *Value { return b.Square(b.Reshape(x, CopyAxis(0), Infer)) }), []*Tensor{r(1, 2, 2, 3)}},
		"transpose":       {one(func(b *Builder, x *Value) *Value { return b.Square(b.Transpose(x, 0, 2, 3, 1)) }), []*Tensor{r(1, 2, 2, 3, 2)}},
		"concat":          {two(func(b *Builder, x, y *Value) *Value { return b.Square(b.Concat(1, x, y)) }), []*Tensor{r(1, 2, 2, 3), r(2, 2, 1, 3)}},
		"slice":           {one(func(b *Builder, x *Value) *Value { return b.Slice(x, Whole, Range{3, 0, -2}, Range{-2, End, 1}) }), []*Tensor{r(1, 2, 4, 3)}},
		"pad":             {one(func(b *Builder, x *Value) *Value { return b.Square(b.Pad(x, []int{0, 1}, []int{2, 0}, 3)) }), []*Tensor{r(1, 2, 3)}},
		"gather":          {one(func(b *Builder, x *Value) *Value { return b.Square(b.Gather(x, index(b))) }), []*Tensor{r(1, 3, 2)}},
		"layer_norm":      {func(b *Builder, in []*Value) *Value { return b.LayerNorm(in[0], in[1], in[2], 0.1) }, []*Tensor{r(1, 2, 5), r(2, 5), r(3, 5)}},
		"layer_norm bare": {one(func(b *Builder, x *Value) *Value { return b.LayerNorm(x, nil, nil, 0.1) }), []*Tensor{r(1, 2, 3, 5)}},
		"rms_norm":        {two(func(b *Builder, x, y *Value) *Value { return b.RMSNorm(x, y, 0.1) }), []*Tensor{r(1, 2, 5), r(2, 5)}},
		"attention": {func(b *Builder, in []*Value) *Value {
			return b.Attention(in[0], in[1], in[2], AttentionOptions{Scale: 0.7})
		},
			[]*Tensor{r(1, 2, 3, 2, 4), r(2, 2, 5, 2, 4), r(3, 2, 5, 2, 3)}},
		"attention masked": {func(b *Builder, in []*Value) *Value {
			m, _ := TensorOf([]bool{true, false, true, true, false, true}, 2, 1, 1, 3)
			return b.Attention(in[0], in[1], in[2], AttentionOptions{Scale: 0.7, Mask: b.Constant(m)})
		}, []*Tensor{r(1, 2, 2, 1, 2), r(2, 2, 3, 1, 2), r(3, 2, 3, 1, 2)}},
		"tile":       {one(func(b *Builder, x *Value) *Value { return b.Square(b.Tile(x, 1, 3)) }), []*Tensor{r(1, 2, 2, 3)}},
		"repeat":     {one(func(b *Builder, x *Value) *Value { return b.Square(b.Repeat(x, -1, 2)) }), []*Tensor{r(1, 2, 3)}},
		"broadcast":  {two(func(b *Builder, x, y *Value) *Value { return b.Mul(b.BroadcastTo(x, y), y) }), []*Tensor{r(1, 3, 1), r(2, 2, 3, 2)}},
		"select":     {two(func(b *Builder, x, y *Value) *Value { return b.Select(b.Greater(x, y), x, b.Square(y)) }), []*Tensor{r(1, 3, 1), r(2, 3, 2)}},
		"cumsum":     {one(func(b *Builder, x *Value) *Value { return b.Square(b.CumSum(x, true)) }), []*Tensor{r(1, 2, 4)}},
		"cumprod":    {one(func(b *Builder, x *Value) *Value { return b.CumProd(x, false) }), []*Tensor{pos(1, 2, 4)}},
		"take along": {one(func(b *Builder, x *Value) *Value { return b.Square(b.TakeAlong(x, index(b))) }), []*Tensor{r(1, 2, 3)}},
		"fft": {two(func(b *Builder, x, y *Value) *Value {
			re, im := b.FFT(x, y, false)
			return b.Concat(1, b.Square(re), im)
		}), []*Tensor{r(1, 2, 6), r(2, 2, 6)}},
		"real fft": {one(func(b *Builder, x *Value) *Value {
			_, im := b.FFT(x, b.ZerosLike(x), true)
			return im
		}), []*Tensor{r(1, 2, 4)}},
	} {
		t.Run(name, func(t *testing.T) { checkGradient(t, c.build, c.in...) })
	}
}

// TestGradientsOfSpecialFunctions does the same with the functions of a table.
func TestGradientsOfSpecialFunctions(t *testing.T) {
	for name, k := range specialKinds {
		if k.grad == nil {
			continue
		}
		in := random(1, 0.2, 0.7, 5)
		if name == "arccosh" {
			in = random(1, 1.5, 3, 5)
		}
		t.Run(name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value { return b.Special(name, in[0]) }, in)
		})
	}
}

func TestGradientsOfPairwiseFunctions(t *testing.T) {
	for name, k := range pairKinds {
		if k.grad == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			checkGradient(t, func(b *Builder, in []*Value) *Value { return b.Pairwise(name, in[0], in[1]) }, random(1, 1.2, 1.8, 2, 3), random(2, 0.7, 0.8, 3))
		})
	}
}

func TestGradientOfGradient(t *testing.T) {
	b := NewBuilder()
	x := b.Input("x", Type{Float32, Shape{3}})
	y := b.Sum(b.Mul(b.Square(x), x), nil, false)
	d := Gradient(b, []*Value{y}, []*Value{b.Scalar(1)}, []*Value{x})
	dd := Gradient(b, []*Value{b.Sum(d[0], nil, false)}, []*Value{b.Scalar(1)}, []*Value{x})
	g, err := b.Graph(dd...)
	require.NoError(t, err)
	in, _ := TensorOf([]float32{1, -2, 0.5}, 3)
	require.InDeltaSlice(t, []float32{6, -12, 3}, run(t, g, Options{}, in)[0].Float32s(), 1e-5)
}
