package layers

import (
	"fmt"
	"reflect"
)

// Decoder turns configurations into layers. It does not stop at the first
// problem: all of them are in Problems when it is done.
type Decoder struct {
	Collector
	depth int
}

// MaxNesting bounds how deep layers may be nested in layers.
const MaxNesting = 64

// Layer makes the layer that {"class_name": …, "config": {…}} describes. On a
// problem it returns nil, or a layer that must not be used.
func (d *Decoder) Layer(spec any) Layer {
	class, config, ok := ClassAndConfig(spec)
	if !ok {
		d.Broken("a layer must be an object with class_name and config, received %s", Brief(spec))
		return nil
	}
	if d.depth >= MaxNesting {
		d.Broken("layers are nested deeper than %d", MaxNesting)
		return nil
	}
	d.depth++
	defer func() { d.depth-- }()
	name, _ := config["name"].(string)
	var l Layer
	shown := class
	if python, ok := config["class"].(string); ok && class == CustomClass {
		shown = python
	}
	d.At(fmt.Sprintf("layer %q (%s)", name, shown), func() {
		made, known := New(class)
		if class == "Lambda" {
			if registered, ok := New("Lambda:" + name); ok {
				l = registered
				registered.Base().Name = name
				return
			}
		}
		if !known {
			d.Unsupported("no layer %q is registered; docs/custom.md has how to say what a class of yours is", class)
			return
		}
		if c, ok := made.(Configurer); ok {
			c.Configure(d, config)
		} else {
			d.Struct(config, made)
		}
		l = made
		if _, takes := l.(PolicyTaker); !takes && l.Base().DType.Inside != nil {
			d.Unsupported("a policy for each layer inside (DTypePolicyMap)")
		}
		if id, shared := Int(spec.(map[string]any)["shared_object_id"]); shared {
			l.Base().SharedID = id
		}
	})
	return l
}

// ClassAndConfig splits a serialized object.
func ClassAndConfig(spec any) (class string, config map[string]any, ok bool) {
	m, ok := spec.(map[string]any)
	if !ok {
		return "", nil, false
	}
	class, ok = m["class_name"].(string)
	config, isMap := m["config"].(map[string]any)
	return class, config, ok && (isMap || m["config"] == nil)
}

// OptionDecoder is implemented by field types with a form of their own.
type OptionDecoder interface{ DecodeOption(d *Decoder, v any) }

// Configurer is implemented by layers whose configuration is more than a list
// of options.
type Configurer interface {
	Configure(d *Decoder, config map[string]any)
}

// Validator is implemented by layers whose options must fit each other. It runs
// after the fields are set.
type Validator interface{ Validate(d *Decoder) }

// Struct sets the fields of into, a pointer to a struct, from the keys of
// config that their `keras:"key"` tags name. A key that no field has is a
// problem.
func (d *Decoder) Struct(config map[string]any, into any) {
	fields := map[string]reflect.Value{}
	collectFields(reflect.ValueOf(into).Elem(), fields)
	for _, k := range SortedKeys(config) {
		f, ok := fields[k]
		if !ok {
			d.Unsupported("unknown option %s=%s", k, Brief(config[k]))
			continue
		}
		d.At(k, func() { d.field(f, config[k]) })
	}
	if v, ok := into.(Validator); ok {
		v.Validate(d)
	}
}

// Option returns what a layer holds under a configuration key.
func Option(l Layer, key string) (value any, ok bool) {
	fields := map[string]reflect.Value{}
	collectFields(reflect.ValueOf(l).Elem(), fields)
	f, ok := fields[key]
	if !ok {
		return nil, false
	}
	return f.Interface(), true
}

// Options returns what the fields of a struct, given by a pointer, hold under
// the keys of their `keras:"key"` tags: what Struct sets. An option that may be
// absent, a pointer or a slice, is what it holds, or nil.
func Options(from any) map[string]any {
	fields := map[string]reflect.Value{}
	collectFields(reflect.ValueOf(from).Elem(), fields)
	options := make(map[string]any, len(fields))
	for k, f := range fields {
		switch {
		case (f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice) && f.IsNil():
			options[k] = nil
		case f.Kind() == reflect.Pointer:
			options[k] = f.Elem().Interface()
		default:
			options[k] = f.Interface()
		}
	}
	return options
}

// OptionNames returns the configuration keys that a layer has fields for, in the
// order of the fields.
func OptionNames(l Layer) []string { return fieldNames(reflect.TypeOf(l).Elem(), nil) }

func fieldNames(t reflect.Type, names []string) []string {
	for i := range t.NumField() {
		f := t.Field(i)
		key, tagged := f.Tag.Lookup("keras")
		switch {
		case tagged:
			names = append(names, key)
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			names = fieldNames(f.Type, names)
		}
	}
	return names
}

func collectFields(v reflect.Value, fields map[string]reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, tagged := f.Tag.Lookup("keras")
		switch {
		case tagged:
			fields[key] = v.Field(i)
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			collectFields(v.Field(i), fields)
		}
	}
}

func (d *Decoder) field(f reflect.Value, v any) {
	if s, ok := f.Addr().Interface().(OptionDecoder); ok {
		s.DecodeOption(d, v)
		return
	}
	if f.Kind() == reflect.Pointer {
		if v == nil {
			f.SetZero()
			return
		}
		f.Set(reflect.New(f.Type().Elem()))
		d.field(f.Elem(), v)
		return
	}
	if f.Type() == reflect.TypeFor[Layer]() {
		if l := d.Layer(v); l != nil {
			f.Set(reflect.ValueOf(l))
		}
		return
	}
	if f.Kind() == reflect.Interface {
		if v != nil {
			f.Set(reflect.ValueOf(v))
		}
		return
	}
	if !d.scalar(f, v) {
		d.Broken("must be %s, received %s", wanted(f.Type()), Brief(v))
	}
}

func (d *Decoder) scalar(f reflect.Value, v any) bool {
	switch f.Kind() {
	case reflect.Bool:
		b, ok := v.(bool)
		f.SetBool(b)
		return ok
	case reflect.String:
		s, ok := v.(string)
		f.SetString(s)
		return ok
	case reflect.Int:
		n, ok := Int(v)
		f.SetInt(int64(n))
		return ok
	case reflect.Float64:
		x, ok := Float(v)
		f.SetFloat(x)
		return ok
	case reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			if v == nil {
				f.SetZero()
				return true
			}
			list = []any{v} // Keras takes 3 for (3,)
		}
		f.Set(reflect.MakeSlice(f.Type(), len(list), len(list)))
		for i, x := range list {
			d.field(f.Index(i), x)
		}
		return true
	}
	return false
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Int:
		return "an integer between -2^31 and 2^31"
	case reflect.Float64:
		return "a number"
	}
	return "a " + t.String()
}
