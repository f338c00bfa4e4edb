package preprocessing

import (
	"fmt"

	"github.com/kerasrun/kerasrun/layers"
)

// token is what a vocabulary holds.
type token interface{ string | int64 }

// tokenOf reads a token from decoded JSON.
func tokenOf[T token](v any) (t T, ok bool) {
	switch p := any(&t).(type) {
	case *string:
		*p, ok = v.(string)
	case *int64:
		*p, ok = layers.Int64(v)
	}
	return t, ok
}

// one is an option that is a token, or null.
type one[T token] struct{ token *T }

// DecodeOption implements OptionDecoder.
func (o *one[T]) DecodeOption(d *layers.Decoder, v any) {
	if o.token = nil; v == nil {
		return
	}
	t, ok := tokenOf[T](v)
	if !ok {
		d.Broken("must be a token of the vocabulary, received %s", layers.Brief(v))
	}
	o.token = &t
}

// String is for lists of options.
func (o one[T]) String() string {
	if o.token == nil {
		return "null"
	}
	return fmt.Sprint(*o.token)
}

// is reports whether the option is this token.
func (o *one[T]) is(t T) bool { return o.token != nil && *o.token == t }

// vocabulary is an option that lists tokens. It is nil when the option is null.
type vocabulary[T token] []T

// DecodeOption implements OptionDecoder. The path of a file is refused: a load
// opens no second file.
func (l *vocabulary[T]) DecodeOption(d *layers.Decoder, v any) {
	if class, config, ok := layers.ClassAndConfig(v); ok && (class == "__numpy__" || class == "__tensor__") {
		v = config["value"]
	}
	if v == nil {
		return
	}
	if path, ok := v.(string); ok {
		d.Broken("must list the vocabulary, received the path of a file outside of the model: %s", layers.Brief(path))
		return
	}
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		d.Broken("must be a list of tokens, received %s", layers.Brief(v))
		return
	}
	tokens := make([]T, len(list))
	for i, x := range list {
		if tokens[i], ok = tokenOf[T](x); !ok {
			d.Broken("must hold tokens of one type, received %s at place %d", layers.Brief(x), i)
			return
		}
	}
	*l = tokens
}
