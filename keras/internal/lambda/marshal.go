package lambda

import (
	"encoding/binary"
	"math"
	"strconv"
)

// Limits of what a code object may hold, far above what a Lambda does.
const (
	maxBytes   = 1 << 20
	maxObjects = 100_000
	maxNesting = 64
)

// layout is how a code object's fields follow each other.
type layout int

const (
	layout2   layout = iota // Python 2.7
	layout30                // 3.0 to 3.7
	layout38                // 3.8 to 3.10, which count positional-only arguments
	layout311               // from 3.11 on, where all variables stand in one list
)

// code is a code object.
type code struct {
	layout                     layout
	argcount, posonly, kwonly  int
	stacksize, flags           int
	bytecode                   []byte
	consts                     Tuple
	names, locals, cells, free []string // from 3.11 on locals holds all variables
	kinds                      []byte   // of locals, from 3.11 on
	file, name                 string
	handlers                   bool // of exceptions, from 3.11 on
	line                       int
}

// Flags of code objects.
const (
	flagVarArgs   = 0x04
	flagKeywords  = 0x08
	flagGenerator = 0x20 | 0x80 | 0x100 | 0x200
)

// unmarshal reads a code object of that layout (CPython's Python/marshal.c).
func unmarshal(data []byte, l layout) (c *code, err error) {
	if len(data) > maxBytes {
		return nil, beyond("a code object's bytes", maxBytes, len(data))
	}
	r := &unmarshaller{data: data, layout: l}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			c, err = nil, e
		default:
			panic(e)
		}
	}()
	c, ok := r.object().(*code)
	if !ok {
		return nil, broken("wanted a code object")
	}
	if r.at != len(data) {
		return nil, broken("%d bytes follow the code object", len(data)-r.at)
	}
	return c, nil
}

// unmarshaller reads objects. Its methods panic with an *Error, which unmarshal
// returns, and stay within data.
type unmarshaller struct {
	data     []byte
	at       int
	layout   layout
	depth    int
	objects  int
	refs     []any
	interned []string // of Python 2
}

// unfinished stands for an object that is still being read.
type unfinished struct{}

func (r *unmarshaller) take(n int) []byte {
	if n < 0 || n > len(r.data)-r.at {
		panic(broken("marshal at byte %d: wanted %d bytes, received %d", r.at, n, len(r.data)-r.at))
	}
	b := r.data[r.at : r.at+n]
	r.at += n
	return b
}

func (r *unmarshaller) byte() byte { return r.take(1)[0] }

func (r *unmarshaller) long() int { return int(int32(binary.LittleEndian.Uint32(r.take(4)))) }

// count reads how many objects or bytes follow: each takes a byte at least.
func (r *unmarshaller) count() int {
	n := r.long()
	if n < 0 || n > len(r.data)-r.at {
		panic(broken("marshal at byte %d: %d elements cannot follow", r.at, n))
	}
	return n
}

func (r *unmarshaller) object() any {
	if r.depth++; r.depth > maxNesting {
		panic(beyond("the nesting of a code object", maxNesting, r.depth))
	}
	defer func() { r.depth-- }()
	if r.objects++; r.objects > maxObjects {
		panic(beyond("the objects of a code object", maxObjects, r.objects))
	}
	start := r.at
	kind := r.byte()
	ref := -1
	if kind&0x80 != 0 && r.layout != layout2 {
		kind &^= 0x80
		ref = len(r.refs)
		r.refs = append(r.refs, unfinished{})
	}
	v, ok := r.number(kind)
	if !ok {
		v, ok = r.text(kind)
	}
	if !ok {
		v = r.structure(kind, start)
	}
	if ref >= 0 {
		r.refs[ref] = v
	}
	return v
}

func (r *unmarshaller) number(kind byte) (any, bool) {
	switch kind {
	case 'N':
		return nil, true
	case 'F':
		return false, true
	case 'T':
		return true, true
	case '.':
		return Ellipsis{}, true
	case 'i':
		return int64(r.long()), true
	case 'I':
		return int64(binary.LittleEndian.Uint64(r.take(8))), true
	case 'l':
		return r.digits(), true
	case 'g':
		return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8))), true
	case 'f':
		text := string(r.take(int(r.byte())))
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(broken("marshal at byte %d: %q is no number", r.at, text))
		}
		return f, true
	case 'x':
		r.take(int(r.byte()))
		r.take(int(r.byte()))
		return opaque{"a complex number"}, true
	case 'y':
		r.take(16)
		return opaque{"a complex number"}, true
	}
	return nil, false
}

// digits reads an integer of 15 bits a digit.
func (r *unmarshaller) digits() any {
	n := r.long()
	sign := int64(1)
	if n < 0 {
		n, sign = -n, -1
	}
	if n < 0 || n > (len(r.data)-r.at)/2 {
		panic(broken("marshal at byte %d: %d digits cannot follow", r.at, n))
	}
	b := r.take(2 * n)
	if n > 4 {
		return opaque{"an integer beyond 60 bits"}
	}
	v := int64(0)
	for i := n - 1; i >= 0; i-- {
		v = v<<15 | int64(binary.LittleEndian.Uint16(b[2*i:])&0x7fff)
	}
	return sign * v
}

func (r *unmarshaller) text(kind byte) (any, bool) {
	switch kind {
	case 's':
		b := r.take(r.count())
		if r.layout == layout2 {
			return string(b), true
		}
		return b, true
	case 't':
		s := string(r.take(r.count()))
		if r.layout == layout2 {
			r.interned = append(r.interned, s)
		}
		return s, true
	case 'R':
		if i := r.long(); r.layout == layout2 && i >= 0 && i < len(r.interned) {
			return r.interned[i], true
		}
		panic(broken("marshal at byte %d: refers to a string that is not there", r.at))
	case 'u', 'a', 'A':
		return string(r.take(r.count())), true
	case 'z', 'Z':
		return string(r.take(int(r.byte()))), true
	}
	return nil, false
}

func (r *unmarshaller) structure(kind byte, start int) any {
	switch kind {
	case '(':
		return Tuple(r.list(r.count()))
	case ')':
		return Tuple(r.list(int(r.byte())))
	case '[', '<', '>':
		r.list(r.count())
		return opaque{"a list or set among the constants"}
	case ':':
		return Slice{r.object(), r.object(), r.object()}
	case 'c':
		return r.code()
	case 'r':
		if i := r.long(); i >= 0 && i < len(r.refs) {
			if _, open := r.refs[i].(unfinished); open {
				panic(broken("marshal at byte %d: an object that holds itself", start))
			}
			return r.refs[i]
		}
		panic(broken("marshal at byte %d: refers to an object that is not there", start))
	}
	panic(broken("marshal at byte %d: %q is no type", start, string(rune(kind))))
}

func (r *unmarshaller) list(n int) []any {
	var out []any // grows with what is there, not with what is promised
	for range n {
		out = append(out, r.object())
	}
	return out
}

func (r *unmarshaller) code() *code {
	c := &code{layout: r.layout}
	c.argcount = r.long()
	if r.layout >= layout38 {
		c.posonly = r.long()
	}
	if r.layout >= layout30 {
		c.kwonly = r.long()
	}
	nlocals := 0
	if r.layout != layout311 {
		nlocals = r.long()
	}
	c.stacksize, c.flags = r.long(), r.long()
	c.bytecode = r.bytes()
	c.consts = r.tuple()
	c.names = r.strings()
	c.locals = r.strings()
	if r.layout == layout311 {
		c.kinds = r.bytes()
	} else {
		c.free = r.strings()
		c.cells = r.strings()
	}
	c.file, c.name = r.str(), r.str()
	if r.layout == layout311 {
		r.str() // qualified name
	}
	c.line = r.long()
	r.bytes() // line numbers
	if r.layout == layout311 {
		if table := r.bytes(); len(table) > 0 {
			c.handlers = true
		}
		if len(c.kinds) != len(c.locals) {
			panic(broken("%d variables have %d kinds", len(c.locals), len(c.kinds)))
		}
		nlocals = len(c.locals)
	}
	if nlocals != len(c.locals) {
		panic(broken("%d local variables have %d names", nlocals, len(c.locals)))
	}
	most := len(c.locals)
	if c.argcount < 0 || c.kwonly < 0 || c.posonly < 0 || c.argcount > most || c.kwonly > most-c.argcount || c.posonly > c.argcount {
		panic(broken("%d+%d arguments are more than %d local variables", c.argcount, c.kwonly, most))
	}
	if c.stacksize < 0 || c.stacksize > maxBytes {
		panic(broken("a stack of %d", c.stacksize))
	}
	return c
}

func (r *unmarshaller) bytes() []byte {
	switch b := r.object().(type) {
	case []byte:
		return b
	case string:
		if r.layout == layout2 {
			return []byte(b)
		}
	}
	panic(broken("marshal before byte %d: wanted bytes", r.at))
}

func (r *unmarshaller) str() string {
	switch s := r.object().(type) {
	case string:
		return s
	}
	panic(broken("marshal before byte %d: wanted a string", r.at))
}

func (r *unmarshaller) tuple() Tuple {
	t, ok := r.object().(Tuple)
	if !ok {
		panic(broken("marshal before byte %d: wanted a tuple", r.at))
	}
	return t
}

func (r *unmarshaller) strings() []string {
	t := r.tuple()
	out := make([]string, len(t))
	for i, v := range t {
		s, ok := v.(string)
		if !ok {
			panic(broken("marshal before byte %d: wanted a tuple of strings", r.at))
		}
		out[i] = s
	}
	return out
}
