package lambda

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxFormula bounds a formula, which may name the same subexpression often.
const maxFormula = 400

// formula writes what the function computes, in terms of its own parameters and
// of keras.ops.
func (l *Lifted) formula(c *code) string {
	w := &formulaWriter{input: "x"}
	if len(c.locals) > 0 && c.argcount > 0 {
		w.input = c.locals[0]
	}
	w.several = len(l.Inputs) > 1
	for k, n := range l.Outputs {
		if k > 0 {
			w.text(", ")
		}
		w.node(n, 0)
	}
	if s := w.b.String(); !w.full() {
		return s
	}
	return w.b.String()[:maxFormula] + "…"
}

type formulaWriter struct {
	b       strings.Builder
	input   string
	several bool
}

func (w *formulaWriter) full() bool { return w.b.Len() > maxFormula }

func (w *formulaWriter) text(s string) {
	if !w.full() {
		w.b.WriteString(s)
	}
}

// infix lists how operators bind.
var infix = map[string]struct {
	sign  string
	level int
}{
	"ops.Add": {"+", 4}, "ops.Subtract": {"-", 4}, "ops.Multiply": {"*", 5}, "ops.TrueDivide": {"/", 5}, "ops.FloorDivide": {"//", 5}, "ops.Mod": {"%", 5},
	"ops.Matmul": {"@", 5}, "ops.Power": {"**", 7}, "ops.Less": {"<", 2}, "ops.LessEqual": {"<=", 2}, "ops.Greater": {">", 2}, "ops.GreaterEqual": {">=", 2},
	"ops.Equal": {"==", 2}, "ops.NotEqual": {"!=", 2},
}

// node writes an expression that stands where operators of that level bind.
func (w *formulaWriter) node(n *Node, level int) {
	if w.full() {
		return
	}
	if n.of != nil {
		w.node(n.of, 9)
		w.text(fmt.Sprintf("[%d]", n.Output))
		return
	}
	if n.Class == "" {
		w.text(w.input)
		if w.several {
			w.text(fmt.Sprintf("[%d]", n.input))
		}
		return
	}
	if o, ok := infix[n.Class]; ok && len(n.Args) == 2 && len(n.Options) == 0 {
		left, right := o.level, o.level+1
		if o.sign == "**" {
			left, right = o.level+1, o.level
		}
		w.in(o.level < level, func() {
			w.value(n.Args[0], left)
			w.text(" " + o.sign + " ")
			w.value(n.Args[1], right)
		})
		return
	}
	switch {
	case n.Class == "ops.Negative":
		w.in(level > 6, func() {
			w.text("-")
			w.value(n.Args[0], 6)
		})
	case n.Class == "ops.GetItem":
		w.value(n.Args[0], 9)
		w.text("[" + strings.TrimSuffix(strings.TrimPrefix(show(n.Args[1]), "("), ")") + "]")
	default:
		w.call(n)
	}
}

// call writes a function of keras.ops, or a layer.
func (w *formulaWriter) call(n *Node) {
	name, isOperation := strings.CutPrefix(n.Class, "ops.")
	if isOperation {
		w.text("ops." + snake(name) + "(")
	} else {
		w.text(name + "(")
	}
	options := func(sep string) {
		for _, k := range slices.Sorted(maps.Keys(n.Options)) {
			w.text(sep + k + "=" + show(n.Options[k]))
			sep = ", "
		}
	}
	if !isOperation {
		options("")
		w.text(")(")
	}
	for k, a := range n.Args {
		if k > 0 {
			w.text(", ")
		}
		w.value(a, 0)
	}
	if isOperation {
		options(", ")
	}
	w.text(")")
}

func (w *formulaWriter) in(parentheses bool, do func()) {
	if parentheses {
		w.text("(")
	}
	do()
	if parentheses {
		w.text(")")
	}
}

func (w *formulaWriter) value(v any, level int) {
	switch x := v.(type) {
	case *Node:
		w.node(x, level)
	case []any:
		w.text("[")
		for k, e := range x {
			if k > 0 {
				w.text(", ")
			}
			w.value(e, 0)
		}
		w.text("]")
	default:
		negative := strings.HasPrefix(show(v), "-")
		w.in(negative && level > 5, func() { w.text(show(v)) })
	}
}

// snake spells a class as the function: TrueDivide as true_divide.
func snake(class string) string {
	var b strings.Builder
	for k, r := range class {
		if unicode.IsUpper(r) && k > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// show writes a value as Python does, for formulas and messages.
func show(v any) string {
	var b strings.Builder
	write(&b, v, 0)
	return b.String()
}

// maxShown bounds a value in a message.
const maxShown = 200

func write(b *strings.Builder, v any, depth int) {
	if b.Len() > maxShown || depth > 8 {
		b.WriteString("...")
		return
	}
	several := func(open string, list []any, end string) {
		b.WriteString(open)
		for k, e := range list {
			if k > 0 {
				b.WriteString(", ")
			}
			if b.Len() > maxShown {
				b.WriteString("...")
				break
			}
			write(b, e, depth+1)
		}
		b.WriteString(end)
	}
	switch x := v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(map[bool]string{true: "True", false: "False"}[x])
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case float64:
		b.WriteString(float(x))
	case string:
		b.WriteString(strconv.Quote(short(x)))
	case Ellipsis:
		b.WriteString("...")
	case Slice:
		writeSlice(b, x)
	case Tuple:
		several("(", x, ")")
	case *List:
		several("[", x.Items, "]")
	case []any:
		several("[", x, "]")
	case *Array:
		write(b, x.Value, depth)
	case *Node:
		b.WriteString("a tensor")
	case module:
		b.WriteString(string(x))
	case function:
		b.WriteString(string(x))
	case dtype:
		b.WriteString(string(x))
	case method:
		b.WriteString("the method " + x.name)
	case unknown:
		b.WriteString(x.name)
	case opaque:
		b.WriteString(x.what)
	case *closure:
		b.WriteString("a function")
	case *Dict:
		b.WriteString("a dictionary")
	case *code:
		b.WriteString("code of " + strconv.Quote(short(x.name)))
	default:
		fmt.Fprintf(b, "%T", v)
	}
}

func writeSlice(b *strings.Builder, s Slice) {
	if s.Start != nil {
		write(b, s.Start, 1)
	}
	b.WriteString(":")
	if s.Stop != nil {
		write(b, s.Stop, 1)
	}
	if s.Step != nil {
		b.WriteString(":")
		write(b, s.Step, 1)
	}
}

// float writes a number as Python's repr does: with a fraction or an exponent.
func float(x float64) string {
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".eIN") {
		s += ".0"
	}
	return s
}
