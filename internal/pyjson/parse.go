package pyjson

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"
)

// Parse decodes what Python's json module writes: JSON, and the literals
// NaN, Infinity and -Infinity, which become float64. Other numbers stay
// json.Number. An object must not hold a key twice, since readers differ in
// which one counts. The error is a *SyntaxError, ErrDepth where lists and objects
// are nested deeper than depth, or ErrMemory where they would take more than
// ratio times the memory of the text, looked at above 16 MiB.
func Parse(data []byte, depth int, ratio int64) (any, error) {
	p := jsonParser{data: string(data), depth: depth, boxes: map[string]any{}}
	p.memory = max(ratio*int64(len(data)), memoryFloor) - int64(len(data)) // strings keep the text
	p.measure()
	p.space()
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.data) {
		return nil, p.fail("the end of the text")
	}
	return v, nil
}

type jsonParser struct {
	data  string // strings and numbers are pieces of it
	at    int
	depth int // levels left

	sizes  []int32 // of the lists and objects, in the order of their beginnings
	memory int64   // bytes left
	boxes  map[string]any
}

func (p *jsonParser) fail(wanted string) error {
	received := "the end of the text"
	if p.at < len(p.data) {
		received = strconv.QuoteRune(rune(p.data[p.at]))
	}
	return &SyntaxError{At: p.at, Wanted: wanted, Received: received}
}

func (p *jsonParser) space() {
	for p.at < len(p.data) {
		switch p.data[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *jsonParser) accept(c byte) bool {
	if p.at < len(p.data) && p.data[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *jsonParser) word(w string) bool {
	if len(p.data)-p.at >= len(w) && p.data[p.at:p.at+len(w)] == w {
		p.at += len(w)
		return true
	}
	return false
}

func (p *jsonParser) value() (any, error) {
	if p.at >= len(p.data) {
		return nil, p.fail("a value")
	}
	switch c := p.data[p.at]; {
	case c == '{':
		return p.nest(p.object)
	case c == '[':
		return p.nest(p.array)
	case c == '"':
		start := p.at
		s, err := p.text()
		if err != nil {
			return nil, err
		}
		return p.box(p.data[start:p.at], func() any { return s })
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	case p.word("null"):
		return nil, nil
	case p.word("NaN"):
		return math.NaN(), nil
	case p.word("Infinity"):
		return math.Inf(1), nil
	case p.word("-Infinity"):
		return math.Inf(-1), nil
	case c == '-' || c >= '0' && c <= '9':
		n, err := p.number()
		if err != nil {
			return nil, err
		}
		return p.box(string(n), func() any { return n })
	}
	return nil, p.fail("a value")
}

// nest bounds the depth of the recursion.
func (p *jsonParser) nest(do func(size int) (any, error)) (any, error) {
	if p.depth == 0 {
		return nil, ErrDepth
	}
	p.depth--
	p.at++
	size := int(p.sizes[0])
	p.sizes = p.sizes[1:]
	if err := p.take(sizeBytes); err != nil {
		return nil, err
	}
	v, err := do(size)
	p.depth++
	return v, err
}

func (p *jsonParser) object(size int) (any, error) {
	if err := p.take(objectBytes(size)); err != nil {
		return nil, err
	}
	m := make(map[string]any, size)
	p.space()
	for first := true; !p.accept('}'); first = false {
		if !first {
			if !p.accept(',') {
				return nil, p.fail("',' or '}'")
			}
			p.space()
		}
		if p.at >= len(p.data) || p.data[p.at] != '"' {
			return nil, p.fail("a key")
		}
		start := p.at
		key, err := p.text()
		if err != nil {
			return nil, err
		}
		if _, twice := m[key]; twice {
			return nil, &SyntaxError{At: start, What: " keys", Wanted: "to differ", Received: strconv.Quote(key) + " twice"}
		}
		p.space()
		if !p.accept(':') {
			return nil, p.fail("':'")
		}
		p.space()
		if m[key], err = p.value(); err != nil {
			return nil, err
		}
		p.space()
	}
	return m, nil
}

func (p *jsonParser) array(size int) (any, error) {
	if err := p.take(listBytes(size)); err != nil {
		return nil, err
	}
	list := make([]any, 0, size)
	p.space()
	for first := true; !p.accept(']'); first = false {
		if !first {
			if !p.accept(',') {
				return nil, p.fail("',' or ']'")
			}
			p.space()
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		p.space()
	}
	if len(list) == 0 {
		return emptyList, nil
	}
	return list, nil
}

func (p *jsonParser) text() (string, error) {
	start := p.at
	plain := true
	for p.at++; p.at < len(p.data); p.at++ {
		switch c := p.data[p.at]; {
		case c == '"':
			p.at++
			raw := p.data[start:p.at]
			if plain && utf8.ValidString(raw) {
				return raw[1 : len(raw)-1], nil
			}
			var s string
			if err := json.Unmarshal([]byte(raw), &s); err != nil || !utf8.ValidString(raw) {
				p.at = start
				return "", p.fail("a string in UTF-8")
			}
			return s, nil
		case c == '\\':
			plain = false
			p.at++
		case c < ' ':
			return "", p.fail("a string without control characters")
		}
	}
	return "", p.fail("the end of a string")
}

func (p *jsonParser) number() (json.Number, error) {
	start := p.at
	digits := func() bool {
		n := p.at
		for p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '9' {
			p.at++
		}
		return p.at > n
	}
	p.accept('-')
	ok := p.accept('0') || digits()
	if ok && p.accept('.') {
		ok = digits()
	}
	if ok && (p.accept('e') || p.accept('E')) {
		if !p.accept('+') {
			p.accept('-')
		}
		ok = digits()
	}
	if !ok {
		return "", p.fail("a digit")
	}
	return json.Number(p.data[start:p.at]), nil
}
