package lambda

import "slices"

func (m *machine) loadStep(f *frame, i instruction) bool {
	switch i.op {
	case "LOAD_CONST":
		f.push(f.constant(i.arg))
	case "LOAD_SMALL_INT":
		f.push(int64(i.arg))
	case "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK":
		f.push(f.local(i.arg))
	case "LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW":
		f.push(f.local(i.arg >> 4))
		f.push(f.local(i.arg & 15))
	case "LOAD_GLOBAL", "LOAD_NAME":
		m.loadGlobal(f, i)
	case "LOAD_ATTR":
		m.loadAttribute(f, i)
	case "LOAD_METHOD":
		v := attribute(m, f.pop(), f.name(i.arg))
		if m.v.minor == 11 {
			f.push(null{})
			f.push(v)
		} else { // CALL_METHOD expects a callable, then the self or nothing
			f.push(v)
			f.push(null{})
		}
	case "LOAD_DEREF":
		c := f.cell(i.arg)
		if !c.set {
			panic(refuse("the variable %s has no value yet", variable(f.c, i.arg)))
		}
		f.push(c.value)
	case "LOAD_CLOSURE":
		f.push(f.cell(i.arg))
	case "IMPORT_NAME":
		from := f.popN(2)[1]
		f.push(imported(f.name(i.arg), from))
	case "IMPORT_FROM":
		v := f.pop()
		f.push(v)
		f.push(attribute(m, v, f.name(i.arg)))
	default:
		return false
	}
	return true
}

func (f *frame) local(k int) any {
	if k >= len(f.locals) {
		panic(broken("it has no local variable %d", k))
	}
	switch v := f.locals[k].(type) {
	case unset:
		panic(refuse("the variable %s has no value yet", f.c.locals[k]))
	case *cell:
		return v
	default:
		return v
	}
}

func (f *frame) name(k int) string {
	if k < 0 || k >= len(f.c.names) {
		panic(broken("it has no name %d", k))
	}
	return f.c.names[k]
}

// cell returns a shared variable. From Python 3.11 on they stand among the local
// ones.
func (f *frame) cell(k int) *cell {
	if f.c.layout == layout311 {
		if k < len(f.locals) {
			if c, ok := f.locals[k].(*cell); ok {
				return c
			}
		}
	} else if k < len(f.cells) {
		return f.cells[k]
	}
	panic(broken("it has no shared variable %d", k))
}

// loadGlobal pushes what a name of the module stands for, and from Python 3.11
// on, where the argument says so, an absent self.
func (m *machine) loadGlobal(f *frame, i instruction) {
	k, self := i.arg, false
	if m.v.layout == layout311 && i.op == "LOAD_GLOBAL" {
		k, self = i.arg>>1, i.arg&1 != 0
	}
	v := global(f.name(k))
	if self && m.v.minor < 13 {
		f.push(null{})
	}
	f.push(v)
	if self && m.v.minor >= 13 {
		f.push(null{})
	}
}

// loadAttribute pushes an attribute. From Python 3.12 on the argument tells
// whether it is going to be called.
func (m *machine) loadAttribute(f *frame, i instruction) {
	k, called := i.arg, false
	if m.v.layout == layout311 && m.v.minor >= 12 {
		k, called = i.arg>>1, i.arg&1 != 0
	}
	v := attribute(m, f.pop(), f.name(k))
	if called && m.v.minor == 12 {
		f.push(null{})
	}
	f.push(v)
	if called && m.v.minor > 12 {
		f.push(null{})
	}
}

func (m *machine) storeStep(f *frame, i instruction) bool {
	switch i.op {
	case "STORE_FAST":
		f.store(i.arg, f.pop())
	case "STORE_FAST_STORE_FAST":
		f.store(i.arg>>4, f.pop())
		f.store(i.arg&15, f.pop())
	case "STORE_FAST_LOAD_FAST":
		f.store(i.arg>>4, f.pop())
		f.push(f.local(i.arg & 15))
	case "DELETE_FAST":
		f.store(i.arg, unset{})
	case "STORE_DEREF":
		c := f.cell(i.arg)
		c.value, c.set = f.pop(), true
	case "MAKE_CELL":
		if i.arg >= len(f.locals) {
			panic(broken("it has no local variable %d", i.arg))
		}
		c := &cell{value: f.locals[i.arg], set: true}
		if _, no := c.value.(unset); no {
			c.value, c.set = nil, false
		}
		f.locals[i.arg] = c
	case "COPY_FREE_VARS":
		first := len(f.locals) - i.arg
		if first < 0 || i.arg != len(f.cells) {
			panic(broken("%d variables of an outer function, received %d", i.arg, len(f.cells)))
		}
		for k, c := range f.cells {
			f.locals[first+k] = c
		}
	case "UNPACK_SEQUENCE":
		list := m.unpack(f.pop(), i.arg)
		for _, v := range slices.Backward(list) {
			f.push(v)
		}
	default:
		return false
	}
	return true
}

func (f *frame) store(k int, v any) {
	if k >= len(f.locals) {
		panic(broken("it has no local variable %d", k))
	}
	f.locals[k] = v
}

// unpack splits what stands on the right of a, b = v.
func (m *machine) unpack(v any, n int) []any {
	list, ok := items(v)
	if !ok {
		panic(refuse("%s unpacked into %d variables", show(v), n))
	}
	if len(list) != n {
		panic(refuse("%d values unpacked into %d variables", len(list), n))
	}
	return list
}

func (m *machine) buildStep(f *frame, i instruction) bool {
	switch i.op {
	case "BUILD_TUPLE":
		f.push(Tuple(f.popN(i.arg)))
	case "BUILD_LIST":
		f.push(&List{f.popN(i.arg)})
	case "BUILD_SLICE":
		part := f.popN(i.arg)
		if i.arg == 2 {
			part = append(part, nil)
		}
		if len(part) != 3 {
			panic(broken("a slice of %d parts", i.arg))
		}
		f.push(Slice{part[0], part[1], part[2]})
	case "LIST_EXTEND":
		v := f.pop()
		to, ok := f.pop().(*List)
		more, isList := items(v)
		if !ok || !isList || i.arg != 1 {
			panic(refuse("a list extended by %s", show(v)))
		}
		f.push(&List{bounded(slices.Concat(to.Items, more))})
	case "LIST_TO_TUPLE":
		list, _ := items(f.pop())
		f.push(Tuple(list))
	case "CALL_INTRINSIC_1":
		switch i.arg {
		case 5:
			f.push(m.unary("+", f.pop()))
		case 6:
			list, _ := items(f.pop())
			f.push(Tuple(list))
		default:
			panic(refuse("the intrinsic function %d", i.arg))
		}
	case "BUILD_MAP":
		m.buildMap(f, i)
	case "STORE_MAP":
		part := f.popN(3)
		d, ok := part[0].(*Dict)
		if !ok {
			panic(broken("STORE_MAP without a dictionary"))
		}
		d.set(part[2], part[1])
		f.push(d)
	case "BUILD_CONST_KEY_MAP":
		keys, _ := f.pop().(Tuple)
		values := f.popN(i.arg)
		if len(keys) != len(values) {
			panic(broken("%d keys of %d values", len(keys), len(values)))
		}
		d := &Dict{map[string]any{}}
		for k, key := range keys {
			d.set(key, values[k])
		}
		f.push(d)
	default:
		return false
	}
	return true
}

func (m *machine) buildMap(f *frame, i instruction) {
	d := &Dict{map[string]any{}}
	if m.v.layout != layout2 && m.v.minor >= 5 { // earlier ones are filled afterwards
		part := f.popN(2 * i.arg)
		for k := 0; k < len(part); k += 2 {
			d.set(part[k], part[k+1])
		}
	}
	f.push(d)
}

func (d *Dict) set(key, value any) {
	k, ok := key.(string)
	if !ok {
		panic(refuse("a dictionary with the key %s", show(key)))
	}
	d.Items[k] = value
}

// bounded refuses lists that grow without bound.
func bounded(list []any) []any {
	if len(list) > maxItems {
		panic(beyond("the elements of a list", maxItems, len(list)))
	}
	return list
}
