package runtime

import "fmt"

// tokenNumbers numbers the tokens of texts. What the sequence lacks to its length is
// 0, what goes beyond is left out. An unknown length is that of its second input, the
// carrier of a measure.
type tokenNumbers struct {
	tokens *Tokens
	length int
}

func (tokenNumbers) name() string { return "token_numbers" }

func (tokenNumbers) takesStrings() {}

func (o tokenNumbers) infer(in []Type) ([]Type, error) {
	s, err := o.tokens.sequences(in[0])
	if err != nil {
		return nil, err
	}
	length := o.length
	if length < 0 {
		length = in[1].Shape[0]
	}
	return []Type{{Int64, append(s, length)}}, nil
}

// sequences is the shape of the sequences of tokens that texts are.
func (t *Tokens) sequences(x Type) (Shape, error) {
	if x.DType != String || t.Split == Unsplit && len(x.Shape) == 0 {
		return nil, &ShapeError{Wanted: "strings", Received: x.String()}
	}
	s := x.Shape.clone()
	if t.Split == Unsplit {
		s = s[:len(s)-1]
	}
	return s, nil
}

func (tokenNumbers) keepsRows(n *node, rows []bool) bool { return rows[0] && len(n.out[0].Shape) > 1 }

func (o tokenNumbers) prepare(a *operands) (task, error) {
	shape := a.out[0].Shape
	length := shape[len(shape)-1]
	return o.tokens.task(a, length, func(f *frame, y operand, sequence int, t *tokenizer, texts []string) {
		dst := f.i64(y)[sequence*length:][:length]
		clear(dst)
		at := 0
		t.each(texts, func(token []byte) {
			if at < len(dst) {
				dst[at] = t.number(token)
			}
			at++
		})
	})
}

// task calls do for each sequence of texts.
func (t *Tokens) task(a *operands, size int, do func(f *frame, y operand, sequence int, t *tokenizer, texts []string)) (task, error) {
	x, y := a.in[0], a.out[0]
	if y.len == 0 {
		return task{}, nil
	}
	sequences := y.len / size
	each := x.len / sequences
	const cost = 10_000 // of a sequence, whose length is not known
	return task{parts: sequences, cost: cost * float64(sequences), run: func(f *frame, lo, hi int) {
		z := &tokenizer{Tokens: t}
		for i := lo; i < hi && !f.expired(); i++ {
			do(f, y, i, z, f.strings(x)[i*each:][:each])
		}
	}}, nil
}

func (tokenNumbers) gradient(_ *Builder, n *node, _ []*Value) []*Value {
	return make([]*Value, len(n.in))
}

// tokenCounts counts the numbers of the tokens of texts, or marks those that occur.
// A number of depth or above, or below 0, does not count.
type tokenCounts struct {
	tokens *Tokens
	depth  int
	marks  bool
}

func (tokenCounts) name() string { return "token_counts" }

func (tokenCounts) takesStrings() {}

func (o tokenCounts) infer(in []Type) ([]Type, error) {
	s, err := o.tokens.sequences(in[0])
	if err != nil {
		return nil, err
	}
	if o.depth < 1 {
		return nil, &ShapeError{Wanted: "a depth of at least 1", Received: fmt.Sprint(o.depth)}
	}
	return []Type{{Float32, append(s, o.depth)}}, nil
}

func (tokenCounts) keepsRows(n *node, rows []bool) bool { return rows[0] && len(n.out[0].Shape) > 1 }

func (o tokenCounts) prepare(a *operands) (task, error) {
	return o.tokens.task(a, o.depth, func(f *frame, y operand, sequence int, t *tokenizer, texts []string) {
		dst := f.f32(y)[sequence*o.depth:][:o.depth]
		clear(dst)
		t.each(texts, func(token []byte) {
			switch n := t.number(token); {
			case n < 0 || n >= int64(len(dst)):
			case o.marks:
				dst[n] = 1
			default:
				dst[n]++
			}
		})
	})
}

func (tokenCounts) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// TokenNumbers adds the int64 numbers of the tokens of texts: sequences of one length,
// filled with 0 and cut at their end. With length Unknown they are as long as the
// longest of the batch needs, and the texts must be an input.
func (b *Builder) TokenNumbers(x *Value, t *Tokens, length int) *Value {
	if length < 0 {
		return b.apply(tokenNumbers{t, length}, x, b.measured(x, t))
	}
	return b.apply(tokenNumbers{t, length}, x)
}

// TokenCounts adds vectors that count the tokens of texts by their numbers, or mark
// with 1 those that occur. What has no number below depth does not count.
func (b *Builder) TokenCounts(x *Value, t *Tokens, depth int, marks bool) *Value {
	return b.apply(tokenCounts{t, depth, marks}, x)
}
