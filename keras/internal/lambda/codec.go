package lambda

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Source is a function as a configuration holds it.
type Source struct {
	Code     string // marshalled code, in one of the codecs
	Defaults any    // of its parameters: null or a list
	Closure  any    // variables of an outer function: null or a list
}

// SourceOf finds the code in a Lambda's option "function": text (Keras 1.0 and
// 1.1), a list of code, defaults and closure (1.2 to 2.15), or an object
// __lambda__ (Keras 3).
func SourceOf(function any) (Source, bool) {
	switch x := function.(type) {
	case string:
		return Source{Code: x}, true
	case []any:
		if len(x) == 0 || len(x) > 3 {
			return Source{}, false
		}
		x = append(append([]any{}, x...), nil, nil)
		code, ok := x[0].(string)
		return Source{Code: code, Defaults: x[1], Closure: x[2]}, ok
	case map[string]any:
		config, _ := x["config"].(map[string]any)
		code, ok := config["code"].(string)
		if !ok { // the list, as some versions wrote it inside the object
			code, ok = x["code"].(string)
			config = x
		}
		return Source{Code: code, Defaults: config["defaults"], Closure: config["closure"]}, ok && (x["class_name"] == "__lambda__" || x["class_name"] == nil)
	}
	return Source{}, false
}

// bytes decodes the code: base64 where the text is nothing else, in lines or
// not, else Python's raw_unicode_escape (func_load in
// keras/utils/generic_utils.py). Marshalled code itself is never base64: it
// holds zero bytes.
func (s Source) bytes() ([]byte, error) {
	if len(s.Code) > 4*maxBytes {
		return nil, beyond("a function's text", 4*maxBytes, len(s.Code))
	}
	text := strings.TrimRight(strings.Join(strings.Fields(s.Code), ""), "=")
	if data, err := base64.RawStdEncoding.DecodeString(text); err == nil && len(data) > 0 {
		return data, nil
	}
	return rawUnicodeEscape(s.Code)
}

// rawUnicodeEscape writes text as Python's codec of that name: a byte for each
// character of Latin-1, \uXXXX for others.
func rawUnicodeEscape(text string) ([]byte, error) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r == utf8.RuneError:
			return nil, broken("it holds text that is not UTF-8")
		case r < 0x100:
			out = append(out, byte(r))
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = fmt.Appendf(out, `\U%08x`, r)
		}
	}
	return out, nil
}

// values turns a list of decoded JSON into values.
func (m *machine) values(v any) (t Tuple, err error) {
	if v == nil {
		return nil, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, broken("its defaults or closure are no list")
	}
	for _, e := range list {
		t = append(t, m.value(e, 0))
	}
	return t, nil
}

// value turns decoded JSON into a value. NumPy's arrays and numbers stand as
// {"type": "ndarray", "value": …} in Keras 2 and as __numpy__ or __tensor__ in
// Keras 3.
func (m *machine) value(v any, depth int) any {
	if depth > maxNesting {
		panic(beyond("the nesting of an argument", maxNesting, depth))
	}
	switch x := v.(type) {
	case nil, bool, string, float64:
		return x
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return n
		}
		if f, err := x.Float64(); err == nil {
			return f
		}
	case []any:
		out := make([]any, len(x))
		for k, e := range x {
			out[k] = m.value(e, depth+1)
		}
		return &List{bounded(out)}
	case map[string]any:
		config, _ := x["config"].(map[string]any)
		switch {
		case x["type"] == "ndarray":
			return m.arrayOf(x["value"], "")
		case x["class_name"] == "__numpy__" || x["class_name"] == "__tensor__":
			dtype, _ := config["dtype"].(string)
			return m.arrayOf(config["value"], dtype)
		case x["class_name"] == "__tuple__":
			list, ok := m.value(x["items"], depth+1).(*List)
			if ok {
				return Tuple(list.Items)
			}
		}
	}
	panic(refuse("an argument, default or outer variable that is %s", short(fmt.Sprint(v))))
}

func (m *machine) arrayOf(v any, dtype string) any {
	list, ok := m.value(v, 1).(*List)
	if !ok {
		return m.value(v, 1)
	}
	if strings.HasPrefix(dtype, "float") || dtype == "" {
		dtype = "float32"
	}
	return m.array(list.Items, dtype)
}
