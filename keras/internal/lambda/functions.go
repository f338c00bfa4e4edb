package lambda

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// signature says how a Python function reads as an operation.
type signature struct {
	class  string
	params []param
	run    func(m *machine, c *call) any // instead of the rest, for what is more than one operation
}

// param is one parameter of a function, in Python's order.
type param struct {
	names  []string // the first is the newest
	option string   // of the operation; "" for an operand, "!" for what must be left alone, "-" for what has no meaning here
	preset any      // where it is not given
	given  bool     // there is a preset
	list   bool     // an operand that is a list of tensors
}

// functions returns all functions that are lifted, by name. A line of a table
// reads "NAME CLASS PARAMETER…", where a parameter is
//
//	x           an operand
//	x*          a list of operands
//	axis=dim:-1 the operation's option axis, called dim in Python, -1 by default
//	-name       is ignored
//	!out        must not be given
//
// and | stands between the names that a parameter had at different times.
var functions = sync.OnceValue(func() map[string]signature {
	all := map[string]signature{}
	for _, table := range []string{backendTable, tensorFlowTable, operationTable} {
		for line := range strings.Lines(table) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			s := signature{class: "ops." + words[1]}
			for _, w := range words[2:] {
				s.params = append(s.params, parseParam(w))
			}
			for name := range strings.SplitSeq(words[0], "|") {
				all[name] = s
			}
		}
	}
	for _, special := range []map[string]func(*machine, *call) any{specialFunctions, imageFunctions, resizeFunctions, applicationFunctions, pythonFunctions} {
		for names, run := range special {
			for name := range strings.SplitSeq(names, "|") {
				all[name] = signature{run: run}
			}
		}
	}
	return all
})

func parseParam(w string) param {
	var p param
	w, preset, given := strings.Cut(w, ":")
	if p.given = given; given {
		p.preset = parsePreset(preset)
	}
	switch {
	case w[0] == '-' || w[0] == '!':
		p.option, w = w[:1], w[1:]
	case strings.Contains(w, "="):
		p.option, w, _ = strings.Cut(w, "=")
	case strings.HasSuffix(w, "*"):
		p.list, w = true, strings.TrimSuffix(w, "*")
	}
	p.names = strings.Split(w, "|")
	return p
}

func parsePreset(s string) any {
	switch s {
	case "None":
		return nil
	case "true":
		return true
	case "false":
		return false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}

// library calls a known function.
func (m *machine) library(c *call) any {
	s, ok := functions()[c.name]
	if !ok {
		panic(refuse("a call of %s, which is not among the functions that are lifted", c.name))
	}
	if s.run != nil {
		return s.run(m, c)
	}
	values := c.settle(s.params)
	var args []any
	options := map[string]any{}
	for k, p := range s.params {
		v := values[k]
		if _, missing := v.(unset); missing {
			if !p.given {
				continue
			}
			v = p.preset
		}
		switch {
		case p.option == "-":
		case p.option == "!":
			if v != nil && v != false {
				panic(refuse("%s=%s of %s", p.names[0], show(v), c.name))
			}
		case p.list:
			args = append(args, m.operands(v))
		case p.option == "":
			args = append(args, m.operand(v))
		case v != nil:
			options[p.option] = m.option(v)
		}
	}
	if !hasTensor(&List{args}) {
		return m.constantCall(s.class, c, args, options)
	}
	return m.apply(s.class, options, args...)
}

// settle puts the arguments of a call in the order of the parameters; those not
// given are unset.
func (c *call) settle(params []param) []any {
	if len(c.args) > len(params) {
		panic(refuse("%d arguments of %s, which takes %d", len(c.args), c.name, len(params)))
	}
	out := make([]any, len(params))
	used := 0
	for k, p := range params {
		out[k] = unset{}
		if k < len(c.args) {
			out[k] = c.args[k]
		}
		for _, name := range p.names {
			v, ok := c.kwargs[name]
			if !ok {
				continue
			}
			if _, free := out[k].(unset); !free {
				panic(refuse("the argument %s of %s given twice", name, c.name))
			}
			out[k] = v
			used++
		}
	}
	if used < len(c.kwargs) {
		names := slices.Sorted(maps.Keys(c.kwargs))
		panic(refuse("an argument among %s of %s", strings.Join(names, ", "), c.name))
	}
	for k, p := range params {
		if _, missing := out[k].(unset); missing && p.option == "" && !p.given {
			panic(refuse("the argument %s of %s is missing", p.names[0], c.name))
		}
	}
	return out
}

// take is settle for functions that are more than one operation: "x axis=-1"
// names the parameters and their defaults.
func (c *call) take(params string) []any {
	var list []param
	for w := range strings.FieldsSeq(params) {
		w, preset, given := strings.Cut(w, "=")
		p := param{names: strings.Split(w, "|"), given: given}
		if given {
			p.preset = parsePreset(preset)
		}
		list = append(list, p)
	}
	out := c.settle(list)
	for k, v := range out {
		if _, missing := v.(unset); missing {
			out[k] = list[k].preset
		}
	}
	return out
}

// operands checks a list of tensors.
func (m *machine) operands(v any) []any {
	list, ok := items(v)
	if !ok || len(list) == 0 || len(list) > maxItems {
		panic(refuse("a list of tensors wanted, received %s", show(v)))
	}
	out := make([]any, len(list))
	for k, e := range list {
		out[k] = m.operand(e)
	}
	return out
}

// option checks an option of an operation: a constant.
func (m *machine) option(v any) any {
	switch x := v.(type) {
	case nil, bool, int64, float64, string:
		return x
	case dtype:
		return string(x)
	}
	if list, ok := items(v); ok && len(list) <= 64 {
		out := make([]any, len(list))
		for k, e := range list {
			out[k] = m.option(e)
		}
		return out
	}
	panic(refuse("an option that is %s", show(v)))
}

// apply adds an operation.
func (m *machine) apply(class string, options map[string]any, args ...any) *Node {
	if m.nodes++; m.nodes > maxNodes {
		panic(beyond("the operations", maxNodes, m.nodes))
	}
	return &Node{Class: class, Args: args, Options: options}
}

// several adds an operation with n results.
func (m *machine) several(class string, options map[string]any, n int, args ...any) any {
	if n < 1 || n > 1024 {
		panic(beyond("the results of an operation", 1024, n))
	}
	first := m.apply(class, options, args...)
	out := &List{[]any{first}}
	for k := 1; k < n; k++ {
		out.Items = append(out.Items, &Node{Class: class, Output: k, of: first})
	}
	return out
}

// constantCall is a function of constants alone.
func (m *machine) constantCall(class string, c *call, args []any, options map[string]any) any {
	if len(args) == 2 {
		for operator, name := range tensorOperators {
			if name == class && operator != "/2" && operator != "@" {
				return m.binary(operator, args[0], args[1])
			}
		}
	}
	if len(args) == 1 && len(options) == 0 {
		if x, _, ok := number(args[0]); ok {
			if f, known := numberFunctions[strings.ToLower(strings.TrimPrefix(class, "ops."))]; known {
				return f(x)
			}
		}
	}
	panic(refuse("%s of constants", c.name))
}
