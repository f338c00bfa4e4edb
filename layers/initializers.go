package layers

// Initializer is an option that says what a new weight holds. Files carry the
// values of their weights, so it matters only for weights that a file lacks
// and for layers made anew.
type Initializer struct {
	Class  string
	Config map[string]any
}

func (i *Initializer) DecodeOption(d *Decoder, v any) {
	switch x := v.(type) {
	case nil:
	case string:
		i.Class = x
	case map[string]any:
		var ok bool
		if i.Class, i.Config, ok = ClassAndConfig(x); !ok {
			d.Broken("must be an initializer, received %s", Brief(v))
		}
	default:
		d.Broken("must be an initializer, received %s", Brief(v))
	}
}
