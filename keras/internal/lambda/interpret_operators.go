package lambda

import (
	"math"
	"strings"
)

// binaryOperators lists the arguments of BINARY_OP, from Python 3.11 on.
var binaryOperators = strings.Fields("+ & // << @ * % | ** >> - / ^ += &= //= <<= @= *= %= |= **= >>= -= /= ^= []")

// oldOperators are the operations that BINARY_OP replaced, which begin with
// BINARY_ or INPLACE_.
var oldOperators = map[string]string{
	"POWER": "**", "MULTIPLY": "*", "DIVIDE": "/2", "MODULO": "%", "ADD": "+", "SUBTRACT": "-", "FLOOR_DIVIDE": "//",
	"TRUE_DIVIDE": "/", "MATRIX_MULTIPLY": "@", "AND": "&", "OR": "|", "XOR": "^", "LSHIFT": "<<", "RSHIFT": ">>", "SUBSCR": "[]",
}

// tensorOperators are the operations of keras.ops that Python's operators are on
// tensors.
var tensorOperators = map[string]string{
	"+": "ops.Add", "-": "ops.Subtract", "*": "ops.Multiply", "/": "ops.TrueDivide", "/2": "ops.TrueDivide", "//": "ops.FloorDivide",
	"%": "ops.Mod", "**": "ops.Power", "@": "ops.Matmul",
	"<": "ops.Less", "<=": "ops.LessEqual", ">": "ops.Greater", ">=": "ops.GreaterEqual", "==": "ops.Equal", "!=": "ops.NotEqual",
}

func (m *machine) operatorStep(f *frame, i instruction) bool {
	switch i.op {
	case "UNARY_NEGATIVE":
		f.push(m.unary("-", f.pop()))
	case "UNARY_POSITIVE":
		f.push(m.unary("+", f.pop()))
	case "UNARY_NOT":
		f.push(!truth(f.pop()))
	case "BINARY_OP":
		if i.arg >= len(binaryOperators) {
			panic(broken("it has no operator %d", i.arg))
		}
		f.binary(m, strings.TrimSuffix(binaryOperators[i.arg], "="))
	case "BINARY_SLICE":
		part := f.popN(3)
		f.push(m.subscript(part[0], Slice{part[1], part[2], nil}))
	case "SLICE+0", "SLICE+1", "SLICE+2", "SLICE+3": // x[:], x[a:], x[:b], x[a:b]
		var s Slice
		if i.op == "SLICE+2" || i.op == "SLICE+3" {
			s.Stop = f.pop()
		}
		if i.op == "SLICE+1" || i.op == "SLICE+3" {
			s.Start = f.pop()
		}
		f.push(m.subscript(f.pop(), s))
	case "COMPARE_OP":
		m.compareStep(f, i)
	case "IS_OP":
		two := f.popN(2)
		f.push(m.same(two[0], two[1]) != (i.arg == 1))
	default:
		name, old := strings.CutPrefix(i.op, "BINARY_")
		if !old {
			name, old = strings.CutPrefix(i.op, "INPLACE_")
		}
		operator, known := oldOperators[name]
		if !old || !known {
			return false
		}
		f.binary(m, operator)
	}
	return true
}

func (f *frame) binary(m *machine, operator string) {
	two := f.popN(2)
	f.push(m.binary(operator, two[0], two[1]))
}

// compareStep compares. The operator's number stands in other bits in each of
// the newer versions.
func (m *machine) compareStep(f *frame, i instruction) {
	k := i.arg
	switch {
	case m.v.layout != layout311 || m.v.minor == 11:
	case m.v.minor == 12:
		k >>= 4
	default:
		k >>= 5
	}
	two := f.popN(2)
	switch operators := []string{"<", "<=", "==", "!=", ">", ">="}; {
	case k < len(operators):
		f.push(m.binary(operators[k], two[0], two[1]))
	case k == 8 || k == 9: // is, is not: until Python 3.8
		f.push(m.same(two[0], two[1]) != (k == 9))
	default:
		panic(refuse("the comparison %d", k))
	}
}

// same is Python's "is", as far as it depends on values.
func (m *machine) same(a, b any) bool {
	if u, ok := a.(unknown); ok {
		panic(refuse("it asks for %s, which only a call gives", u.name))
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	x, ok1 := a.(bool)
	y, ok2 := b.(bool)
	if ok1 && ok2 {
		return x == y
	}
	panic(refuse("whether %s is %s", show(a), show(b)))
}

func (m *machine) unary(operator string, v any) any {
	switch x := v.(type) {
	case *Node:
		if operator == "-" {
			return m.apply("ops.Negative", nil, x)
		}
		return x
	case int64:
		if operator == "-" {
			return m.binary("-", int64(0), x)
		}
		return x
	case float64:
		if operator == "-" {
			return -x
		}
		return x
	}
	panic(refuse("%s%s", operator, show(v)))
}

// binary is a Python operator.
func (m *machine) binary(operator string, a, b any) any {
	if operator == "[]" {
		return m.subscript(a, b)
	}
	if isTensor(a) || isTensor(b) {
		return m.tensorBinary(operator, a, b)
	}
	if list, ok := items(a); ok {
		return m.listBinary(operator, a, list, b)
	}
	if list, ok := items(b); ok && operator == "*" {
		return m.listBinary(operator, b, list, a)
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok && (operator == "==" || operator == "!=") {
			return (x == y) == (operator == "==")
		}
	}
	if (a == nil || b == nil) && (operator == "==" || operator == "!=") {
		return (a == nil && b == nil) == (operator == "==")
	}
	x, xInt, ok1 := number(a)
	y, yInt, ok2 := number(b)
	if !ok1 || !ok2 {
		panic(refuse("%s %s %s", show(a), strings.TrimSuffix(operator, "2"), show(b)))
	}
	if xInt && yInt {
		return integers(operator, int64(x), int64(y))
	}
	return floats(operator, x, y)
}

func isTensor(v any) bool {
	switch v.(type) {
	case *Node, *Array:
		return true
	}
	return false
}

func (m *machine) tensorBinary(operator string, a, b any) any {
	class, ok := tensorOperators[operator]
	if !ok {
		panic(refuse("the operator %s on tensors", operator))
	}
	if (operator == "==" || operator == "!=") && !m.o.tensorFlow2() {
		panic(refuse("%s between tensors, which TensorFlow 1 answers by identity", operator))
	}
	if operator == "/2" {
		for _, v := range []any{a, b} {
			if n, ok := v.(*Node); ok && strings.HasPrefix(m.dtype(n), "int") {
				panic(refuse("a division of integers by Python 2"))
			}
		}
	}
	return m.apply(class, nil, m.operand(a), m.operand(b))
}

// operand checks what stands beside a tensor in an operation.
func (m *machine) operand(v any) any {
	switch x := v.(type) {
	case *Node, *Array, int64, float64, bool:
		return x
	}
	if list, ok := items(v); ok && !hasTensor(v) {
		return m.array(list, "")
	}
	panic(refuse("an operation of a tensor and %s", show(v)))
}

func (m *machine) listBinary(operator string, a any, list []any, b any) any {
	var out []any
	switch n, isInt := b.(int64); {
	case operator == "*" && isInt:
		if n > 0 && len(list) > 0 && int(min(n, maxItems+1))*len(list) > maxItems {
			panic(beyond("the elements of a list", maxItems, int(min(n, maxItems+1))*len(list)))
		}
		for range n {
			out = append(out, list...)
		}
	case operator == "+":
		more, ok := items(b)
		if !ok {
			panic(refuse("%s + %s", show(a), show(b)))
		}
		out = bounded(append(append(out, list...), more...))
	default:
		panic(refuse("%s %s %s", show(a), strings.TrimSuffix(operator, "2"), show(b)))
	}
	if _, ok := a.(Tuple); ok {
		return Tuple(out)
	}
	return &List{out}
}

// number reads a Python number.
func number(v any) (x float64, isInt, ok bool) {
	switch n := v.(type) {
	case int64:
		if n > 1<<53 || n < -1<<53 {
			panic(refuse("an integer beyond 53 bits"))
		}
		return float64(n), true, true
	case float64:
		return n, false, true
	case bool:
		if n {
			return 1, true, true
		}
		return 0, true, true
	}
	return 0, false, false
}

// integers computes as Python does with integers below 2^53.
func integers(operator string, x, y int64) any {
	if operator == "/2" {
		operator = "//"
	}
	whole := func(v float64) any {
		if math.Abs(v) > 1<<53 {
			panic(refuse("an integer beyond 53 bits"))
		}
		return int64(v)
	}
	switch operator {
	case "+", "-", "*":
		return whole(floats(operator, float64(x), float64(y)).(float64))
	case "//", "%":
		if y == 0 {
			panic(refuse("a division by zero"))
		}
		q := x / y
		if x%y != 0 && (x < 0) != (y < 0) {
			q--
		}
		if operator == "//" {
			return q
		}
		return x - q*y
	case "**":
		if y >= 0 {
			return whole(math.Pow(float64(x), float64(y)))
		}
	case "<<":
		if y >= 0 && y < 64 {
			return whole(math.Ldexp(float64(x), int(y)))
		}
	case ">>":
		if y >= 0 && y < 64 {
			return x >> y
		}
	}
	return floats(operator, float64(x), float64(y))
}

// floats computes as Python does with floating-point numbers.
func floats(operator string, x, y float64) any {
	switch operator {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/", "/2", "//", "%":
		if y == 0 {
			panic(refuse("a division by zero"))
		}
		q := math.Floor(x / y)
		switch operator {
		case "//":
			return q
		case "%":
			if r := math.Mod(x, y); r != 0 && (r < 0) != (y < 0) {
				return r + y
			} else {
				return r
			}
		}
		return x / y
	case "**":
		return math.Pow(x, y)
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	case "==":
		return x == y
	case "!=":
		return x != y
	}
	panic(refuse("the operator %s on numbers", operator))
}
