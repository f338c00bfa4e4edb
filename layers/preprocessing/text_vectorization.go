package preprocessing

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("TextVectorization", func() layers.Layer {
		return &TextVectorization{Standardize: step{"lower_and_strip_punctuation"}, Split: step{"whitespace"}, OutputMode: "int", Encoding: "utf-8"}
	})
}

// TextVectorization splits texts into tokens and numbers or counts these by a
// vocabulary (keras/src/layers/preprocessing/text_vectorization.py).
type TextVectorization struct {
	layers.Common
	MaxTokens            *int               `keras:"max_tokens"`
	Standardize          step               `keras:"standardize"`
	Split                step               `keras:"split"`
	NGrams               ngrams             `keras:"ngrams"`
	OutputMode           string             `keras:"output_mode"`
	OutputSequenceLength *int               `keras:"output_sequence_length"`
	PadToMaxTokens       bool               `keras:"pad_to_max_tokens"`
	Vocabulary           vocabulary[string] `keras:"vocabulary"`
	IDFWeights           layers.Numbers     `keras:"idf_weights"`
	Sparse               bool               `keras:"sparse"`
	Ragged               bool               `keras:"ragged"`
	Encoding             string             `keras:"encoding"` // in which Keras hands out the vocabulary
	VocabularySize       *int               `keras:"vocabulary_size"`

	HasInputVocabulary bool `keras:"has_input_vocabulary"` // Keras then refuses to adapt the layer

	lookup IndexLookup[string]
	tokens runtime.Tokens
}

// Validate implements Validator.
func (l *TextVectorization) Validate(d *layers.Decoder) {
	l.standardize(d)
	if l.Ragged {
		d.Unsupported("ragged=true")
	}
	empty, unknown := "", "[UNK]"
	l.lookup = IndexLookup[string]{
		MaxTokens: l.MaxTokens, NumOOVIndices: 1, MaskToken: one[string]{&empty}, OOVToken: one[string]{&unknown},
		Vocabulary: l.Vocabulary, IDFWeights: l.IDFWeights, OutputMode: l.OutputMode, Sparse: l.Sparse,
		PadToMaxTokens: l.PadToMaxTokens, VocabularySize: l.VocabularySize, OOVMethod: "floormod",
	}
	l.lookup.Validate(d)
	if l.OutputMode = l.lookup.OutputMode; l.OutputMode == "one_hot" {
		d.Unsupported("output_mode=one_hot, which fits no sequence of tokens")
	}
	if n := l.OutputSequenceLength; n != nil && *n < 0 {
		d.Broken("output_sequence_length must be >= 0, received %d", *n)
	}
	if l.OutputSequenceLength != nil && l.OutputMode != "int" {
		d.Broken("output_sequence_length must be null with output_mode=%s, received %d", l.OutputMode, *l.OutputSequenceLength)
	}
}

// standardize reads what is done to texts before their tokens are looked up.
func (l *TextVectorization) standardize(d *layers.Decoder) {
	switch l.Standardize.name {
	case "":
	case "lower":
		l.tokens.Lower = true
	case "strip_punctuation":
		l.tokens.Strip = true
	case "lower_and_strip_punctuation":
		l.tokens.Lower, l.tokens.Strip = true, true
	default:
		d.Broken("standardize must be lower, strip_punctuation, lower_and_strip_punctuation or null, received %q", l.Standardize.name)
	}
	switch l.Split.name {
	case "":
	case "whitespace":
		l.tokens.Split = runtime.AtBlanks
	case "character":
		l.tokens.Split = runtime.IntoCharacters
	default:
		d.Broken("split must be whitespace, character or null, received %q", l.Split.name)
	}
	l.tokens.NGrams = l.NGrams
}

// step is an option that names what is done to texts: "" where it is null.
type step struct{ name string }

// DecodeOption implements OptionDecoder.
func (s *step) DecodeOption(d *layers.Decoder, v any) {
	switch x := v.(type) {
	case nil:
		s.name = ""
	case string:
		s.name = x
	default:
		d.Unsupported("a function of one's own: %s", layers.Brief(v))
	}
}

// String is for lists of options.
func (s step) String() string { return s.name }

// ngrams is an option that lists how many tokens are joined: null, a number, which
// is all up to it, or numbers.
type ngrams []int

// DecodeOption implements OptionDecoder.
func (n *ngrams) DecodeOption(d *layers.Decoder, v any) {
	const most = 32
	if v == nil {
		return
	}
	list, ok := layers.Ints(v)
	if up, one := layers.Int(v); one && up >= 1 {
		ok = true
		for i := 1; i <= min(up, most+1); i++ {
			list = append(list, i)
		}
	}
	if len(list) > most {
		d.Unsupported("more than %d", most)
		return
	}
	for _, w := range list {
		ok = ok && w >= 1
		if w > most {
			d.Unsupported("more than %d tokens joined", most)
			return
		}
	}
	if !ok || len(list) == 0 {
		d.Broken("must be a number of tokens, or a list of such, received %s", layers.Brief(v))
		return
	}
	*n = list
}

// Build implements Layer. Keras saves the weights of tokens at two places.
func (l *TextVectorization) Build(in []runtime.Shape) ([]layers.Weight, error) {
	weights, err := l.lookup.Build(in)
	if err != nil || len(weights) == 0 {
		return nil, err
	}
	weights[0].Shared = "idf_weights"
	again := weights[0]
	again.Path = "_lookup_layer"
	return append(weights, again), nil
}

// Call implements Layer.
func (l *TextVectorization) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	x := in[0].Value
	if err := wantStrings(x); err != nil {
		return nil, err
	}
	if last := x.Rank() - 1; l.Split.name != "" && last > 0 {
		if x.Shape[last] != 1 {
			return nil, &runtime.ShapeError{What: "input", Wanted: "one text in each row", Received: x.Shape.String()}
		}
		x = c.Squeeze(x, last)
	}
	tokens := l.tokens
	tokens.Table = l.lookup.numbers()
	if l.OutputMode == "int" {
		y, err := l.numbers(c, x, &tokens)
		if err != nil {
			return nil, err
		}
		return layers.One(y)
	}
	if want := 1; x.Rank() != want && (l.Split.name != "" || x.Rank() != want+1) {
		return nil, &runtime.ShapeError{What: "input", Wanted: "one sequence in each row", Received: x.Shape.String()}
	}
	if l.Split.name == "" && x.Rank() == 1 { // a text is a sequence of one
		x = c.ExpandDims(x, -1)
	}
	y := c.TokenCounts(x, &tokens, l.lookup.depth(), l.OutputMode == "multi_hot")
	if l.OutputMode == "tf_idf" {
		y = c.Mul(y, c.Weight("idf_weights"))
	}
	return layers.One(y)
}

// numbers gives the tokens of each text their numbers.
func (l *TextVectorization) numbers(c *layers.Call, x *runtime.Value, tokens *runtime.Tokens) (*runtime.Value, error) {
	length, err := l.length(x)
	if err != nil {
		return nil, err
	}
	if l.Split.name == "" && x.Rank() == 1 {
		return c.Squeeze(c.TokenNumbers(c.ExpandDims(x, -1), tokens, 1), -1), nil
	}
	return c.TokenNumbers(x, tokens, length), nil
}

// length is that of the sequences.
func (l *TextVectorization) length(x *runtime.Value) (int, error) {
	unsplit := l.Split.name == ""
	switch {
	case unsplit && x.Rank() == 1 && (l.OutputSequenceLength != nil || l.NGrams != nil):
		return 0, &runtime.ShapeError{What: "input", Wanted: "rows of tokens, with split=null", Received: x.Shape.String()}
	case unsplit && x.Rank() == 1:
		return 1, nil
	case l.OutputSequenceLength != nil:
		return *l.OutputSequenceLength, nil
	case unsplit && x.Shape[x.Rank()-1] >= 0:
		n := x.Shape[x.Rank()-1]
		if l.NGrams == nil {
			return n, nil
		}
		total := 0
		for _, w := range l.NGrams {
			total += max(0, n-w+1)
		}
		return total, nil
	}
	if unsplit {
		return 0, &runtime.ShapeError{What: "input", Wanted: "a known number of tokens in each row, with split=null", Received: x.Shape.String()}
	}
	return runtime.Unknown, nil
}
