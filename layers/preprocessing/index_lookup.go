package preprocessing

import (
	"fmt"
	"slices"
	"sync"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// IndexLookup is what StringLookup and IntegerLookup have in common
// (keras/src/layers/preprocessing/index_lookup.py). Numbers are given out in this
// order: the mask token, if there is one and the output is integers; those for what
// is not in the vocabulary; its tokens.
type IndexLookup[T token] struct {
	layers.Common
	MaxTokens      *int           `keras:"max_tokens"`
	NumOOVIndices  int            `keras:"num_oov_indices"`
	MaskToken      one[T]         `keras:"mask_token"`
	OOVToken       one[T]         `keras:"oov_token"`
	Vocabulary     vocabulary[T]  `keras:"vocabulary"`
	IDFWeights     layers.Numbers `keras:"idf_weights"`
	Invert         bool           `keras:"invert"`
	OutputMode     string         `keras:"output_mode"`
	Sparse         bool           `keras:"sparse"`
	PadToMaxTokens bool           `keras:"pad_to_max_tokens"`
	VocabularySize *int           `keras:"vocabulary_size"`
	OOVMethod      string         `keras:"oov_method"`
	Salt           salt           `keras:"salt"`

	HasInputVocabulary bool `keras:"has_input_vocabulary"` // Keras then refuses to adapt the layer

	tokens   []T  // of the vocabulary, without special ones
	specials bool // the vocabulary was listed with them
	once     sync.Once
	table    *runtime.Table
}

// Validate implements Validator.
func (l *IndexLookup[T]) Validate(d *layers.Decoder) {
	switch l.OutputMode {
	case "binary":
		l.OutputMode = "multi_hot"
	case "tf-idf":
		l.OutputMode = "tf_idf"
	}
	if l.OutputMode != "tf_idf" {
		wantEncoding(d, l.OutputMode)
	}
	if l.NumOOVIndices < 0 {
		d.Broken("num_oov_indices must be >= 0, received %d", l.NumOOVIndices)
	}
	if l.MaxTokens != nil && *l.MaxTokens <= 1 {
		d.Broken("max_tokens must be > 1, received %d", *l.MaxTokens)
	}
	if l.PadToMaxTokens && l.MaxTokens == nil {
		d.Broken("pad_to_max_tokens=true needs max_tokens, received none")
	}
	if l.Invert && l.OutputMode != "int" {
		d.Broken("output_mode must be int with invert=true, received %s", l.OutputMode)
	}
	if l.Invert && l.OOVToken.token == nil {
		d.Broken("oov_token must be a token with invert=true, received null")
	}
	if l.OOVMethod != "floormod" && l.OOVMethod != "farmhash" {
		d.Broken("oov_method must be floormod or farmhash, received %q", l.OOVMethod)
	}
	if l.Vocabulary == nil {
		d.Unsupported("no vocabulary: the layer was saved before it was adapted, or the vocabulary lies in a file that is not there, as a SavedModel keeps it in TensorFlow's graph alone")
		return
	}
	if l.NumOOVIndices >= 0 {
		l.separate(d)
	}
	l.checkSize(d)
}

// separate takes the special tokens off the vocabulary, which may be listed with
// them or without.
func (l *IndexLookup[T]) separate(d *layers.Decoder) {
	l.tokens = l.Vocabulary
	start := l.tokenStart()
	l.specials = len(l.tokens) >= start
	for i := range min(start, len(l.tokens)) {
		special := &l.OOVToken
		if i < l.oovStart() {
			special = &l.MaskToken
		}
		l.specials = l.specials && special.is(l.tokens[i])
	}
	if l.specials {
		l.tokens = l.tokens[start:]
	}
	seen := make(map[T]bool, len(l.tokens))
	for i, t := range l.tokens {
		switch {
		case seen[t]:
			d.Broken("vocabulary must hold a token once, received %s twice", layers.Brief(t))
		case l.MaskToken.is(t):
			d.Broken("vocabulary must hold the mask token at its start or not at all, received it at place %d", i)
		case l.Invert && l.OOVToken.is(t):
			d.Broken("vocabulary must hold the oov token at its start or not at all, received it at place %d", i)
		default:
			seen[t] = true
			continue
		}
		return
	}
}

// checkSize holds the vocabulary against the sizes that the configuration tells.
func (l *IndexLookup[T]) checkSize(d *layers.Decoder) {
	n := l.tokenStart() + len(l.tokens)
	if l.MaxTokens != nil && n > *l.MaxTokens {
		d.Broken("vocabulary must have at most max_tokens=%d entries with the special ones, received %d", *l.MaxTokens, n)
	}
	if l.VocabularySize != nil && n != *l.VocabularySize && l.OutputMode != "int" && !l.PadToMaxTokens {
		d.Broken("vocabulary must have vocabulary_size=%d entries with the special ones, received %d", *l.VocabularySize, n)
	}
	if w := l.IDFWeights.Tensor; w != nil && (l.OutputMode != "tf_idf" || len(w.Shape()) != 1 || w.Len() != len(l.Vocabulary)) {
		d.Broken("idf_weights must be one for each of %d tokens of the vocabulary, with output_mode=tf_idf, received %s with %s", len(l.Vocabulary), w.Shape(), l.OutputMode)
	}
}

// oovStart is the first number for what is not in the vocabulary.
func (l *IndexLookup[T]) oovStart() int {
	if l.MaskToken.token != nil && l.OutputMode == "int" {
		return 1
	}
	return 0
}

// tokenStart is the number of the vocabulary's first token.
func (l *IndexLookup[T]) tokenStart() int { return l.oovStart() + l.NumOOVIndices }

// depth is the length of vectors.
func (l *IndexLookup[T]) depth() int {
	if l.PadToMaxTokens {
		return *l.MaxTokens
	}
	return l.tokenStart() + len(l.tokens)
}

// numbers is the table from tokens to numbers.
func (l *IndexLookup[T]) numbers() *runtime.Table {
	l.once.Do(func() {
		m := make(map[T]int64, len(l.tokens)+1)
		for i, t := range l.tokens {
			m[t] = int64(l.tokenStart() + i)
		}
		if l.MaskToken.token != nil {
			m[*l.MaskToken.token] = int64(l.oovStart() - 1) // -1 is marked nowhere
		}
		l.table = &runtime.Table{Rest: runtime.Buckets{First: int64(l.oovStart()), Count: l.NumOOVIndices, Hash: l.Salt.Hash, Modulo: l.OOVMethod == "floormod"}}
		switch m := any(m).(type) {
		case map[string]int64:
			l.table.Strings = m
		case map[int64]int64:
			l.table.Ints = m
		}
	})
	return l.table
}

// Build implements Layer.
func (l *IndexLookup[T]) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil || l.OutputMode != "tf_idf" {
		return nil, err
	}
	return []layers.Weight{{Name: "idf_weights", Shape: runtime.Shape{l.depth()}, DType: "float32", Initializer: layers.Initializer{Class: "Zeros"}, Given: l.idf()}}, nil
}

// lookup encodes x, strings or int64.
func (l *IndexLookup[T]) lookup(c *layers.Call, x *runtime.Value) (*runtime.Value, error) {
	index := c.Number(x, l.numbers())
	if l.OutputMode == "int" {
		return index, nil
	}
	mode := l.OutputMode
	if mode == "tf_idf" {
		mode = "count"
	}
	y, err := encode(c, c.Cast(index, runtime.Int32), mode, l.depth(), nil)
	if err == nil && l.OutputMode == "tf_idf" {
		y = c.Mul(y, c.Weight("idf_weights"))
	}
	return y, err
}

// idf are the weights of tokens that the configuration gives, if it does. Where it
// has none for the special ones, they get the mean of the others.
func (l *IndexLookup[T]) idf() *runtime.Tensor {
	given := l.IDFWeights.Tensor
	if given == nil {
		return nil
	}
	all := make([]float32, l.depth())
	front := 0
	if !l.specials {
		front = l.tokenStart()
		sum := 0.0
		for _, w := range given.Float32s() {
			sum += float64(w)
		}
		for i := range front {
			all[i] = float32(sum / float64(given.Len()))
		}
	}
	copy(all[front:], given.Float32s())
	t, _ := runtime.TensorOf(all, len(all))
	return t
}

// invert turns numbers back into tokens; what is no number of one is the oov token.
func (l *IndexLookup[T]) invert(c *layers.Call, x *runtime.Value) *runtime.Value {
	tokens := slices.Concat(make([]T, l.tokenStart()), l.tokens, []T{*l.OOVToken.token})
	for i := range l.tokenStart() {
		tokens[i] = *l.OOVToken.token
	}
	if l.oovStart() > 0 {
		tokens[0] = *l.MaskToken.token
	}
	var table *runtime.Tensor
	switch v := any(tokens).(type) {
	case []string:
		table, _ = runtime.TensorOf(v, len(v))
	case []int64:
		table, _ = runtime.TensorOf(v, len(v))
	}
	known := make(map[int64]int64, len(tokens)-1)
	for i := range int64(len(tokens) - 1) {
		known[i] = i
	}
	places := &runtime.Table{Ints: known, Rest: runtime.Buckets{First: int64(len(tokens) - 1), Count: 1, Modulo: true}}
	return c.Gather(c.Constant(table), c.Cast(c.Number(x, places), runtime.Int32))
}

// wantStrings checks what a layer of strings is called on.
func wantStrings(x *runtime.Value) error {
	if x.DType != runtime.String {
		return &runtime.ShapeError{What: "input", Wanted: "strings", Received: fmt.Sprint(x.Type)}
	}
	return nil
}
