package custom

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/kerasrun/kerasrun/layers"
)

// Within expressions numbers are int64 or float64, as Python has int and float;
// outside, as all of decoded JSON, json.Number.

func numberOf(text string) (any, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("%s, which is no number", text)
	}
	return f, nil
}

// plain turns a number of decoded JSON into one of an expression.
func plain(v any) any {
	if n, ok := v.(json.Number); ok {
		if x, err := numberOf(string(n)); err == nil {
			return x
		}
	}
	return v
}

// decoded is the opposite of plain.
func decoded(v any) any {
	switch x := v.(type) {
	case int64:
		return json.Number(strconv.FormatInt(x, 10))
	case float64:
		return json.Number(strconv.FormatFloat(x, 'g', -1, 64))
	}
	return v
}

// maxInteger keeps integers where int64 and float64 both hold them.
const maxInteger = 1 << 53

// compute is an operator of Python's on two numbers.
func compute(operator string, a, b any) (any, error) {
	x, ok1 := a.(int64)
	y, ok2 := b.(int64)
	if ok1 && ok2 && operator != "/" {
		return whole(operator, x, y)
	}
	f, ok1 := float(a)
	g, ok2 := float(b)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("%s of %s and %s, which are not both numbers", operator, layers.Brief(decoded(a)), layers.Brief(decoded(b)))
	}
	if g == 0 && operator != "+" && operator != "-" && operator != "*" {
		return nil, errors.New("division by zero")
	}
	var r float64
	switch operator {
	case "+":
		r = f + g
	case "-":
		r = f - g
	case "*":
		r = f * g
	case "/":
		r = f / g
	case "//":
		r = math.Floor(f / g)
	case "%":
		r = f - g*math.Floor(f/g)
	}
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return nil, errors.New("a number that is too large")
	}
	return r, nil
}

// whole computes with integers; / and % round down.
func whole(operator string, x, y int64) (any, error) {
	var r int64
	switch operator {
	case "+":
		r = x + y
	case "-":
		r = x - y
	case "*":
		if x != 0 && y != 0 && math.Abs(float64(x)*float64(y)) > maxInteger {
			return nil, errors.New("a number that is too large")
		}
		r = x * y
	default:
		if y == 0 {
			return nil, errors.New("division by zero")
		}
		r = x / y
		if x%y != 0 && (x < 0) != (y < 0) {
			r--
		}
		if operator == "%" {
			r = x - r*y
		}
	}
	if r > maxInteger || r < -maxInteger {
		return nil, errors.New("a number that is too large")
	}
	return r, nil
}

func float(v any) (float64, bool) {
	switch x := v.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// at is list[index], counted from the end where index is negative.
func at(v, index any) (any, error) {
	list, ok1 := v.([]any)
	i, ok2 := index.(int64)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("[%s] of %s, which wants a list and an integer", layers.Brief(decoded(index)), layers.Brief(decoded(v)))
	}
	if i < 0 {
		i += int64(len(list))
	}
	if i < 0 || i >= int64(len(list)) {
		return nil, fmt.Errorf("index %d of a list of %d", i, len(list))
	}
	return plain(list[i]), nil
}

// maxRange is how many numbers range makes at most.
const maxRange = 1 << 16

// functions are those of Python's that expressions may call.
var functions = map[string]func(arguments []any) (any, error){
	"int": func(a []any) (any, error) {
		x, ok := float(first(a))
		if !ok || len(a) != 1 || math.Abs(x) > maxInteger {
			return nil, errors.New("wanted one number")
		}
		return int64(x), nil
	},
	"len": func(a []any) (any, error) {
		list, ok := first(a).([]any)
		if !ok || len(a) != 1 {
			return nil, errors.New("wanted one list")
		}
		return int64(len(list)), nil
	},
	"min": func(a []any) (any, error) { return extreme(a, func(x, y float64) bool { return x < y }) },
	"max": func(a []any) (any, error) { return extreme(a, func(x, y float64) bool { return x > y }) },
	"range": func(a []any) (any, error) {
		n, ok := first(a).(int64)
		if !ok || len(a) != 1 || n < 0 || n > maxRange {
			return nil, fmt.Errorf("wanted one integer from 0 to %d", maxRange)
		}
		list := make([]any, n)
		for i := range list {
			list[i] = decoded(int64(i))
		}
		return list, nil
	},
}

func first(a []any) any {
	if len(a) == 0 {
		return nil
	}
	return a[0]
}

func extreme(a []any, before func(x, y float64) bool) (any, error) {
	best := first(a)
	for _, v := range a {
		x, ok1 := float(v)
		y, ok2 := float(best)
		if !ok1 || !ok2 {
			return nil, errors.New("wanted numbers")
		}
		if before(x, y) {
			best = v
		}
	}
	if best == nil {
		return nil, errors.New("wanted numbers")
	}
	return best, nil
}
