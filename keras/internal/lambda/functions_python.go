package lambda

import (
	"math"
	"strings"
)

// pythonFunctions are Python's own, and those of math and NumPy, which compute
// with constants.
var pythonFunctions map[string]func(*machine, *call) any

// numberFunctions take and return one number.
var numberFunctions = map[string]func(float64) any{
	"sqrt": of(math.Sqrt), "exp": of(math.Exp), "log": of(math.Log), "log2": of(math.Log2), "log10": of(math.Log10), "log1p": of(math.Log1p),
	"sin": of(math.Sin), "cos": of(math.Cos), "tan": of(math.Tan), "tanh": of(math.Tanh), "fabs": of(math.Abs), "square": of(func(x float64) float64 { return x * x }),
}

func of(f func(float64) float64) func(float64) any {
	return func(x float64) any {
		y := f(x)
		if math.IsNaN(y) || math.IsInf(y, 0) {
			panic(refuse("a constant that is %v", y))
		}
		return y
	}
}

func inverseRoot(n int) float64 { return 1 / math.Sqrt(float64(n)) }

func init() {
	pythonFunctions = map[string]func(*machine, *call) any{
		"abs":   absolute,
		"len":   func(m *machine, c *call) any { return length(m, c.take("x")[0]) },
		"float": func(m *machine, c *call) any { return m.convert("float64", constantsOnly(c)) },
		"int":   func(m *machine, c *call) any { return m.convert("int64", constantsOnly(c)) },
		"bool":  func(m *machine, c *call) any { return truth(c.take("x")[0]) },
		"list": func(m *machine, c *call) any {
			list, _ := items(m.sequence(c.take("x")[0]))
			return &List{append([]any{}, list...)}
		},
		"tuple": func(m *machine, c *call) any { list, _ := items(m.sequence(c.take("x")[0])); return Tuple(list) },
		"max":   func(m *machine, c *call) any { return m.extreme(c, ">") },
		"min":   func(m *machine, c *call) any { return m.extreme(c, "<") },
		"pow":   func(m *machine, c *call) any { a := c.take("x y"); return m.binary("**", a[0], a[1]) },
		"round": roundNumber,
		"slice": func(m *machine, c *call) any {
			switch len(c.args) {
			case 1:
				return Slice{Stop: c.args[0]}
			case 2:
				return Slice{Start: c.args[0], Stop: c.args[1]}
			}
			a := c.take("start stop step")
			return Slice{a[0], a[1], a[2]}
		},
		"sum": func(m *machine, c *call) any {
			list, _ := items(m.sequence(c.take("x")[0]))
			if len(list) == 0 {
				return int64(0)
			}
			return m.sum(list)
		},
		"range": rangeOf,
		"np.prod": func(m *machine, c *call) any {
			list, ok := items(c.take("a")[0])
			out := any(int64(1))
			for _, v := range list {
				out = m.binary("*", out, v)
			}
			if !ok || hasTensor(out) {
				panic(refuse("np.prod of what is computed"))
			}
			return out
		},
		"math.floor": func(m *machine, c *call) any {
			x, _, ok := number(c.take("x")[0])
			return floored(math.Floor(x), ok)
		},
		"math.ceil": func(m *machine, c *call) any { x, _, ok := number(c.take("x")[0]); return floored(math.Ceil(x), ok) },
		"math.pow":  func(m *machine, c *call) any { a := c.take("x y"); return m.powers(a[0], a[1]) },
	}
	for name, f := range numberFunctions {
		pythonFunctions["math."+name+"|np."+name] = func(m *machine, c *call) any {
			x, _, ok := number(c.take("x")[0])
			if !ok {
				panic(refuse("%s of what is computed", c.name))
			}
			return f(x)
		}
	}
	for name, run := range shapeFunctions {
		pythonFunctions[name] = run
	}
}

// constantsOnly refuses float(x) and int(x) of tensors, which Python refuses.
func constantsOnly(c *call) *call {
	if hasTensor(&List{c.args}) {
		panic(refuse("%s of what is computed", c.name))
	}
	return c
}

func absolute(m *machine, c *call) any {
	v := c.take("x")[0]
	if isTensor(v) {
		return m.apply("ops.Absolute", nil, v)
	}
	x, whole, ok := number(v)
	if !ok {
		panic(refuse("abs of %s", show(v)))
	}
	if whole {
		return int64(math.Abs(x))
	}
	return math.Abs(x)
}

func length(m *machine, v any) any {
	if n, ok := v.(*Node); ok {
		shape := m.shape(n)
		if len(shape) == 0 || shape[0] < 0 {
			panic(refuse("the length of a batch"))
		}
		return int64(shape[0])
	}
	list, _ := items(m.sequence(v))
	return int64(len(list))
}

// sequence refuses what is no list or tuple.
func (m *machine) sequence(v any) any {
	if _, ok := items(v); !ok {
		panic(refuse("%s as a list", show(v)))
	}
	return v
}

func (m *machine) extreme(c *call, operator string) any {
	list := c.args
	if len(list) == 1 {
		list, _ = items(m.sequence(list[0]))
	}
	if len(list) == 0 || len(c.kwargs) > 0 {
		panic(refuse("%s with these arguments", c.name))
	}
	best := list[0]
	for _, v := range list[1:] {
		if truth(m.binary(operator, v, best)) {
			best = v
		}
	}
	return best
}

func roundNumber(m *machine, c *call) any {
	a := c.take("x ndigits=None")
	x, _, ok := number(a[0])
	if !ok || a[1] != nil {
		panic(refuse("round of %s to %s digits", show(a[0]), show(a[1])))
	}
	return floored(math.RoundToEven(x), true)
}

func floored(x float64, ok bool) any {
	if !ok || math.Abs(x) > 1<<53 || math.IsNaN(x) {
		panic(refuse("a rounding of what is no number"))
	}
	return int64(x)
}

func rangeOf(m *machine, c *call) any {
	n, ok := c.take("stop")[0].(int64)
	if !ok || n > maxItems {
		panic(refuse("a range to %s", show(c.args)))
	}
	out := &List{}
	for k := range n {
		out.Items = append(out.Items, k)
	}
	return out
}

func (m *machine) powers(x, y any) any {
	a, _, ok1 := number(x)
	b, _, ok2 := number(y)
	if !ok1 || !ok2 {
		panic(refuse("math.pow of what is computed"))
	}
	return math.Pow(a, b)
}

// callMethod calls a method of a value.
func (m *machine) callMethod(f method, c *call) any {
	switch {
	case f.name == "as_list" || f.name == "get_shape":
		c.take("")
		if list, ok := items(f.of); ok && f.name == "as_list" {
			return &List{list}
		}
		if n, ok := f.of.(*Node); ok && f.name == "get_shape" {
			return m.shapeTuple(n)
		}
	case f.name == "lower":
		if s, ok := f.of.(string); ok {
			return strings.ToLower(s)
		}
	}
	panic(refuse("the method %s of %s", f.name, show(f.of)))
}
