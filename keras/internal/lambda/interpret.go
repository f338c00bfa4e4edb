package lambda

import "slices"

// Limits of one interpretation.
const (
	maxSteps = 20_000 // instructions
	maxCalls = 16     // functions within functions
	maxNodes = 2_000  // operations of the result
	maxItems = 10_000 // elements of one list or constant
)

// machine interprets one function as one version reads it. Its methods panic
// with an *Error.
type machine struct {
	o      *Options
	v      *version
	inputs []*Node
	steps  int
	nodes  int
	depth  int
	types  map[*Node]tensorType
}

// frame is one call of a function.
type frame struct {
	c      *code
	ins    []instruction
	at     int // of ins
	jump   int // offset to go on at; -1 for the next instruction
	locals []any
	cells  []*cell
	stack  []any
	names  Tuple // of keyword arguments of the next call, in Python 3.11 and 3.12
	result any
	done   bool
}

// unset is a variable without a value.
type unset struct{}

func (f *frame) push(v any) {
	if len(f.stack) >= f.c.stacksize {
		panic(broken("its stack grows beyond the %d it declares", f.c.stacksize))
	}
	f.stack = append(f.stack, v)
}

func (f *frame) pop() any {
	if len(f.stack) == 0 {
		panic(broken("it takes from an empty stack"))
	}
	v := f.stack[len(f.stack)-1]
	f.stack = f.stack[:len(f.stack)-1]
	return v
}

// popN takes n values, the deepest first.
func (f *frame) popN(n int) []any {
	if n < 0 || n > len(f.stack) {
		panic(broken("it takes %d values from a stack of %d", n, len(f.stack)))
	}
	out := slices.Clone(f.stack[len(f.stack)-n:])
	f.stack = f.stack[:len(f.stack)-n]
	return out
}

// invoke runs a function on arguments that are in their places.
func (m *machine) invoke(fn *closure, locals []any) any {
	c := fn.code
	if m.depth++; m.depth > maxCalls {
		panic(beyond("functions within functions", maxCalls, m.depth))
	}
	defer func() { m.depth-- }()
	switch {
	case c.flags&flagGenerator != 0:
		panic(refuse("a generator or coroutine"))
	case c.handlers:
		panic(refuse("a handler of exceptions"))
	}
	ins, err := disassemble(c, m.v)
	if err != nil {
		panic(err)
	}
	f := &frame{c: c, ins: ins, locals: locals}
	m.share(f, fn)
	m.run(f)
	return f.result
}

// share makes the cells of a call: for variables that inner functions see, and
// those of the outer function.
func (m *machine) share(f *frame, fn *closure) {
	c := f.c
	if c.layout == layout311 { // MAKE_CELL and COPY_FREE_VARS do it
		f.cells = fn.cells
		return
	}
	for _, name := range c.cells {
		shared := &cell{}
		if i := slices.Index(c.locals, name); i >= 0 {
			if _, no := f.locals[i].(unset); !no {
				shared.value, shared.set = f.locals[i], true
			}
		}
		f.cells = append(f.cells, shared)
	}
	f.cells = append(f.cells, fn.cells...)
	if len(f.cells) != len(c.cells)+len(c.free) {
		panic(broken("%d variables of an outer function are missing", len(c.cells)+len(c.free)-len(f.cells)))
	}
}

func (m *machine) run(f *frame) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if e, ok := r.(*Error); ok && e.Listing == "" && e.Kind != Broken {
			e.Listing = list(f.c, m.v, f.ins, f.at)
		}
		panic(r)
	}()
	place := make(map[int]int, len(f.ins))
	for k, i := range f.ins {
		place[i.offset] = k
	}
	for !f.done {
		if f.at >= len(f.ins) {
			panic(broken("it runs beyond its end"))
		}
		if m.steps++; m.steps > maxSteps {
			panic(beyond("the instructions followed", maxSteps, m.steps))
		}
		f.jump = -1
		m.step(f, f.ins[f.at])
		if f.jump < 0 {
			f.at++
			continue
		}
		k, ok := place[f.jump]
		if !ok {
			panic(broken("it jumps to byte %d, where no instruction begins", f.jump))
		}
		if k <= f.at {
			panic(refuse("a loop"))
		}
		f.at = k
	}
}

// step follows one instruction.
func (m *machine) step(f *frame, i instruction) {
	for _, family := range []func(*frame, instruction) bool{m.stackStep, m.loadStep, m.storeStep, m.operatorStep, m.buildStep, m.callStep, m.jumpStep} {
		if family(f, i) {
			return
		}
	}
	panic(refuse("%s", refusals(i.op)))
}

// refusals says what an operation that is not followed does.
func refusals(op string) string {
	switch op {
	case "FOR_ITER", "GET_ITER", "SETUP_LOOP", "JUMP_BACKWARD", "LIST_APPEND":
		return "a loop"
	case "STORE_GLOBAL", "STORE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR", "DELETE_ATTR", "DELETE_GLOBAL":
		return "it changes something outside (" + op + ")"
	case "RAISE_VARARGS", "SETUP_EXCEPT", "SETUP_FINALLY", "SETUP_WITH", "BEFORE_WITH":
		return "exceptions or a with statement (" + op + ")"
	}
	return "the operation " + op
}

func (m *machine) stackStep(f *frame, i instruction) bool {
	switch i.op {
	case "NOP", "RESUME", "NOT_TAKEN", "PRECALL", "EXTENDED_ARG":
	case "POP_TOP":
		f.pop()
	case "PUSH_NULL":
		f.push(null{})
	case "DUP_TOP":
		v := f.pop()
		f.push(v)
		f.push(v)
	case "DUP_TOP_TWO":
		two := f.popN(2)
		for _, v := range append(two, two...) {
			f.push(v)
		}
	case "ROT_TWO", "ROT_THREE", "ROT_FOUR", "ROT_N":
		n := map[string]int{"ROT_TWO": 2, "ROT_THREE": 3, "ROT_FOUR": 4, "ROT_N": i.arg}[i.op]
		list := f.popN(n)
		if n > 0 {
			f.stack = append(append(f.stack, list[n-1]), list[:n-1]...)
		}
	case "SWAP", "COPY":
		n := len(f.stack) - i.arg
		if i.arg < 1 || n < 0 {
			panic(broken("it takes %d values from a stack of %d", i.arg, len(f.stack)))
		}
		if i.op == "COPY" {
			f.push(f.stack[n])
			break
		}
		last := len(f.stack) - 1
		f.stack[n], f.stack[last] = f.stack[last], f.stack[n]
	case "RETURN_VALUE":
		f.result, f.done = f.pop(), true
		if len(f.stack) != 0 {
			panic(broken("it returns with %d values on its stack", len(f.stack)))
		}
	case "RETURN_CONST":
		f.result, f.done = f.constant(i.arg), true
	default:
		return false
	}
	return true
}

func (f *frame) constant(k int) any {
	if k < 0 || k >= len(f.c.consts) {
		panic(broken("it has no constant %d", k))
	}
	switch v := f.c.consts[k].(type) {
	case []byte:
		return opaque{"bytes"}
	default:
		return v
	}
}

func (m *machine) jumpStep(f *frame, i instruction) bool {
	var target int
	switch {
	case m.v.layout == layout2 || m.v.minor < 10: // from the beginning, but for JUMP_FORWARD
		target = i.arg
		if i.op == "JUMP_FORWARD" {
			target = i.next + i.arg
		}
	case m.v.minor == 10:
		target = 2 * i.arg
		if i.op == "JUMP_FORWARD" {
			target = i.next + 2*i.arg
		}
	default:
		target = i.next + 2*i.arg
	}
	switch i.op {
	case "JUMP_FORWARD", "JUMP_ABSOLUTE":
		f.jump = target
	case "POP_JUMP_IF_FALSE", "POP_JUMP_FORWARD_IF_FALSE", "POP_JUMP_IF_TRUE", "POP_JUMP_FORWARD_IF_TRUE":
		if truth(f.pop()) == (i.op == "POP_JUMP_IF_TRUE" || i.op == "POP_JUMP_FORWARD_IF_TRUE") {
			f.jump = target
		}
	case "POP_JUMP_IF_NONE", "POP_JUMP_FORWARD_IF_NONE", "POP_JUMP_IF_NOT_NONE", "POP_JUMP_FORWARD_IF_NOT_NONE":
		v := f.pop()
		if u, ok := v.(unknown); ok {
			panic(refuse("it asks for %s, which only a call gives", u.name))
		}
		if (v == nil) == (i.op == "POP_JUMP_IF_NONE" || i.op == "POP_JUMP_FORWARD_IF_NONE") {
			f.jump = target
		}
	case "JUMP_IF_FALSE_OR_POP", "JUMP_IF_TRUE_OR_POP":
		if v := f.pop(); truth(v) == (i.op == "JUMP_IF_TRUE_OR_POP") {
			f.push(v)
			f.jump = target
		}
	case "TO_BOOL":
		f.push(truth(f.pop()))
	default:
		return false
	}
	return true
}

// truth is what a condition comes to.
func truth(v any) bool {
	switch x := v.(type) {
	case nil:
		return false
	case bool:
		return x
	case int64:
		return x != 0
	case float64:
		return x != 0
	case string:
		return x != ""
	case *Dict:
		return len(x.Items) > 0
	case *Node:
		panic(refuse("a branch on what is computed"))
	case unknown:
		panic(refuse("it asks for %s, which only a call gives", x.name))
	}
	if list, ok := items(v); ok {
		return len(list) > 0
	}
	panic(refuse("a branch on %s", show(v)))
}
