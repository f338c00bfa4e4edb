package lambda

import "slices"

// call is the arguments of a call.
type call struct {
	name   string // of the function, for messages
	args   []any
	kwargs map[string]any
}

func (m *machine) callStep(f *frame, i instruction) bool {
	switch i.op {
	case "CALL_FUNCTION":
		m.callOld(f, i.arg)
	case "CALL_FUNCTION_KW":
		if m.v.layout == layout2 || m.v.minor < 6 {
			return false // f(**options)
		}
		names, _ := f.pop().(Tuple)
		c := f.arguments(i.arg, names)
		f.push(m.call(f.pop(), c))
	case "CALL_METHOD":
		c := f.arguments(i.arg, nil)
		f.push(m.callee(f.popN(2), c))
	case "KW_NAMES":
		names, ok := f.constant(i.arg).(Tuple)
		if !ok {
			panic(broken("KW_NAMES without a tuple"))
		}
		f.names = names
	case "CALL":
		c := f.arguments(i.arg, f.names)
		f.names = nil
		f.push(m.callee(f.popN(2), c))
	case "CALL_KW":
		names, _ := f.pop().(Tuple)
		c := f.arguments(i.arg, names)
		f.push(m.callee(f.popN(2), c))
	case "MAKE_FUNCTION", "MAKE_CLOSURE":
		m.makeFunction(f, i)
	case "SET_FUNCTION_ATTRIBUTE":
		fn, ok := f.pop().(*closure)
		if !ok {
			panic(broken("SET_FUNCTION_ATTRIBUTE without a function"))
		}
		fn.attribute(i.arg, f.pop())
		f.push(fn)
	default:
		return false
	}
	return true
}

// arguments takes n arguments off the stack, of which the last are named.
func (f *frame) arguments(n int, names Tuple) *call {
	list := f.popN(n)
	if len(names) > n {
		panic(broken("%d names of %d arguments", len(names), n))
	}
	c := &call{args: list[:n-len(names)], kwargs: map[string]any{}}
	for k, name := range names {
		c.keyword(name, list[n-len(names)+k])
	}
	return c
}

func (c *call) keyword(name, value any) {
	s, ok := name.(string)
	if _, twice := c.kwargs[s]; !ok || twice {
		panic(broken("an argument named %s", show(name)))
	}
	c.kwargs[s] = value
}

// callOld is CALL_FUNCTION: until Python 3.5 the argument's second byte counts
// pairs of a name and a value.
func (m *machine) callOld(f *frame, n int) {
	if m.v.layout != layout2 && m.v.minor >= 6 {
		c := f.arguments(n, nil)
		f.push(m.call(f.pop(), c))
		return
	}
	pairs := f.popN(2 * (n >> 8))
	c := f.arguments(n&0xff, nil)
	for k := 0; k < len(pairs); k += 2 {
		c.keyword(pairs[k], pairs[k+1])
	}
	f.push(m.call(f.pop(), c))
}

// callee calls what stands in two places: a function and its self, in an order
// that depends on the version, one of them absent.
func (m *machine) callee(two []any, c *call) any {
	for k, v := range two {
		if _, no := v.(null); no {
			return m.call(two[1-k], c)
		}
	}
	fn, self := two[0], two[1]
	c.args = append([]any{self}, c.args...)
	return m.call(fn, c)
}

func (m *machine) call(fn any, c *call) any {
	switch x := fn.(type) {
	case function:
		c.name = string(x)
		return m.library(c)
	case method:
		c.name = x.name
		return m.callMethod(x, c)
	case *closure:
		return m.invoke(x, m.bind(x, c))
	case dtype:
		return m.convert(string(x), c)
	}
	panic(refuse("a call of %s", show(fn)))
}

// makeFunction makes an inner function. Where its code, defaults and variables
// stand depends on the version.
func (m *machine) makeFunction(f *frame, i instruction) {
	old := m.v.layout == layout2 || m.v.minor < 6
	if m.v.layout != layout2 && m.v.minor < 11 {
		f.pop() // its name
	}
	c, ok := f.pop().(*code)
	if !ok {
		panic(broken("%s without a code object", i.op))
	}
	fn := &closure{code: c, kwonly: map[string]any{}}
	switch {
	case old:
		if i.op == "MAKE_CLOSURE" {
			fn.attribute(8, f.pop())
		}
		if i.arg>>8 != 0 {
			panic(refuse("an inner function with keyword-only defaults or annotations"))
		}
		fn.defaults = Tuple(f.popN(i.arg & 0xff))
	case m.v.minor < 13:
		for _, flag := range []int{8, 4, 2, 1} {
			if i.arg&flag != 0 {
				fn.attribute(flag, f.pop())
			}
		}
	}
	f.push(fn)
}

// attribute sets defaults (1), keyword-only defaults (2), annotations (4) or the
// outer function's variables (8).
func (fn *closure) attribute(flag int, v any) {
	switch flag {
	case 1:
		fn.defaults, _ = v.(Tuple)
	case 2:
		if d, ok := v.(*Dict); ok {
			fn.kwonly = d.Items
		}
	case 4:
	case 8:
		list, _ := v.(Tuple)
		fn.cells = nil
		for _, e := range list {
			c, ok := e.(*cell)
			if !ok {
				panic(broken("a function's variables are %s", show(v)))
			}
			fn.cells = append(fn.cells, c)
		}
	default:
		panic(refuse("a function with the attribute %d", flag))
	}
}

// bind puts arguments in their places among a function's local variables.
func (m *machine) bind(fn *closure, c *call) []any {
	code := fn.code
	if code.flags&(flagVarArgs|flagKeywords) != 0 && !m.unusedRest(fn, c) {
		panic(refuse("a function with *args or **kwargs"))
	}
	locals := make([]any, len(code.locals))
	for k := range locals {
		locals[k] = unset{}
	}
	if len(c.args) > code.argcount {
		panic(refuse("%d arguments of a function that takes %d", len(c.args), code.argcount))
	}
	copy(locals, c.args)
	for name, v := range c.kwargs {
		k := slices.Index(code.locals[:code.argcount+code.kwonly], name)
		if k < code.posonly {
			panic(refuse("a function without the argument %s", name))
		}
		if _, free := locals[k].(unset); !free {
			panic(refuse("the argument %s given twice", name))
		}
		locals[k] = v
	}
	first := code.argcount - len(fn.defaults)
	for k := range code.argcount + code.kwonly {
		if _, missing := locals[k].(unset); !missing {
			continue
		}
		v, ok := fn.kwonly[code.locals[k]]
		if k < code.argcount {
			if ok = first >= 0 && k >= first; ok {
				v = fn.defaults[k-first]
			}
		}
		if !ok {
			panic(refuse("the argument %s is missing", code.locals[k]))
		}
		locals[k] = v
	}
	m.fillRest(code, locals)
	return locals
}

// unusedRest reports whether *args and **kwargs of a function stay empty.
func (m *machine) unusedRest(fn *closure, c *call) bool {
	if len(c.args) > fn.code.argcount {
		return false
	}
	for name := range c.kwargs {
		if !slices.Contains(fn.code.locals[:fn.code.argcount+fn.code.kwonly], name) {
			return false
		}
	}
	return true
}

// fillRest gives *args and **kwargs their empty values.
func (m *machine) fillRest(c *code, locals []any) {
	k := c.argcount + c.kwonly
	for _, rest := range []struct {
		flag  int
		value any
	}{{flagVarArgs, Tuple{}}, {flagKeywords, &Dict{map[string]any{}}}} {
		if c.flags&rest.flag == 0 {
			continue
		}
		if k >= len(locals) {
			panic(broken("it has no variable for its other arguments"))
		}
		locals[k] = rest.value
		k++
	}
}
