package serve

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// reader reads JSON, with NaN and Infinity, straight into what it is for: no tree
// is built, so a request takes little more memory than its numbers.
type reader struct {
	text  []byte
	at    int
	depth int // lists and objects that may still be opened
}

// wrong says what was found where something else was wanted.
func (r *reader) wrong(wanted string) error {
	if r.at >= len(r.text) {
		return fail(Invalid, "JSON, byte %d: wanted %s, received the end", r.at, wanted)
	}
	return fail(Invalid, "JSON, byte %d: wanted %s, received %q", r.at, wanted, r.excerpt())
}

func (r *reader) excerpt() []byte {
	e := r.text[r.at:min(len(r.text), r.at+16)]
	if i := bytes.IndexAny(e, ",]}\n"); i > 0 {
		e = e[:i]
	}
	return e
}

// peek skips space and returns the next byte, or 0 at the end.
func (r *reader) peek() byte {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// take skips c if it is next.
func (r *reader) take(c byte) bool {
	if r.peek() != c || r.at >= len(r.text) {
		return false
	}
	r.at++
	return true
}

func (r *reader) open() error {
	if r.depth--; r.depth < 0 {
		return fail(TooLarge, "JSON, byte %d: nested too deeply", r.at)
	}
	return nil
}

// object reads an object and calls member with the reader at each value.
func (r *reader) object(member func(key string) error) error {
	if !r.take('{') {
		return r.wrong("an object")
	}
	if err := r.open(); err != nil {
		return err
	}
	for first := true; !r.take('}'); first = false {
		if !first && !r.take(',') {
			return r.wrong("',' or '}'")
		}
		key, err := r.string()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return r.wrong("':'")
		}
		if err := member(key); err != nil {
			return err
		}
	}
	r.depth++
	return nil
}

// list reads a list and calls element with the reader at each value.
func (r *reader) list(element func(i int) error) error {
	if !r.take('[') {
		return r.wrong("a list")
	}
	if err := r.open(); err != nil {
		return err
	}
	for i := 0; !r.take(']'); i++ {
		if i > 0 && !r.take(',') {
			return r.wrong("',' or ']'")
		}
		if err := element(i); err != nil {
			return err
		}
	}
	r.depth++
	return nil
}

// end fails unless only space is left.
func (r *reader) end() error {
	if r.peek(); r.at < len(r.text) {
		return r.wrong("the end")
	}
	return nil
}

// string reads a string. Bytes that are no UTF-8 are refused.
func (r *reader) string() (string, error) {
	if !r.take('"') {
		return "", r.wrong("a string")
	}
	from := r.at
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			s := r.text[from:r.at]
			if !utf8.Valid(s) {
				r.at = from
				return "", r.wrong("UTF-8")
			}
			r.at++
			return string(s), nil
		case c == '\\':
			return r.escaped(from)
		case c < ' ':
			return "", r.wrong("a character that may stand in a string")
		}
	}
	return "", r.wrong(`'"'`)
}

// escaped reads the rest of a string that has escapes.
func (r *reader) escaped(from int) (string, error) {
	end := r.at
	for ; end < len(r.text) && r.text[end] != '"'; end++ {
		if r.text[end] == '\\' {
			end++
		}
	}
	if end >= len(r.text) {
		r.at = len(r.text)
		return "", r.wrong(`'"'`)
	}
	s, ok := unquote(r.text[from:end])
	if !ok {
		r.at = from
		return "", r.wrong("a string with JSON's escapes")
	}
	r.at = end + 1
	return s, nil
}

// token reads a word or a number.
func (r *reader) token() []byte {
	r.peek()
	from := r.at
	for r.at < len(r.text) {
		c := r.text[r.at]
		if c == ',' || c == ']' || c == '}' || c <= ' ' || c == ':' || c == '[' || c == '{' || c == '"' {
			break
		}
		r.at++
	}
	return r.text[from:r.at]
}

// bool reads true or false.
func (r *reader) bool() (bool, error) {
	from := r.at
	switch string(r.token()) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	r.at = from
	return false, r.wrong("true or false")
}

// int reads a whole number of so many bits.
func (r *reader) int(bits int) (int64, error) {
	r.peek()
	from := r.at
	t := r.token()
	if v, err := strconv.ParseInt(view(t), 10, bits); err == nil && isNumber(t) {
		return v, nil
	}
	r.at = from
	return 0, r.wrong("a whole number of " + strconv.Itoa(bits) + " bits")
}

// float reads a number as the nearest float64, which float32 then rounds: what
// TensorFlow Serving and NumPy make of it, too.
func (r *reader) float() (float64, error) {
	r.peek()
	if v, ok := r.short(); ok {
		return v, nil
	}
	from := r.at
	t := r.token()
	switch string(t) {
	case "NaN":
		return math.NaN(), nil
	case "Infinity", "Inf":
		return math.Inf(1), nil
	case "-Infinity", "-Inf":
		return math.Inf(-1), nil
	}
	if isNumber(t) {
		if v, err := strconv.ParseFloat(view(t), 64); err == nil {
			return v, nil
		}
	}
	r.at = from
	return 0, r.wrong("a number")
}

// view is a string of bytes that nobody changes meanwhile.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// skip passes over any value.
func (r *reader) skip() error {
	switch c := r.peek(); c {
	case '{':
		return r.object(func(string) error { return r.skip() })
	case '[':
		return r.list(func(int) error { return r.skip() })
	case '"':
		_, err := r.string()
		return err
	default:
		from := r.at
		switch t := r.token(); string(t) {
		case "true", "false", "null":
			return nil
		}
		r.at = from
		_, err := r.float()
		return err
	}
}
