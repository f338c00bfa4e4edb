package custom

import (
	"errors"
	"fmt"
	"strings"
	"text/scanner"
)

// maxExpression is how long an expression may be, which bounds its nesting too.
const maxExpression = 200

// node computes a part of an expression from the parameters.
type node func(parameters func(name string) any) (any, error)

// parser reads expressions as Python spells them: names, numbers, + - * / // %,
// parentheses, list[index], and the functions of functions.go.
type parser struct {
	scanner.Scanner
	token rune
	names []string
	err   error
}

// parse reads an expression, and lists the parameters in it.
func parse(text string) (node, []string, error) {
	if len(text) > maxExpression {
		return nil, nil, fmt.Errorf("%d bytes of at most %d", len(text), maxExpression)
	}
	p := &parser{}
	p.Init(strings.NewReader(text))
	p.Mode = scanner.ScanIdents | scanner.ScanInts | scanner.ScanFloats
	p.Error = func(_ *scanner.Scanner, message string) { p.fail("%s", message) }
	p.next()
	n := p.sum()
	if p.token != scanner.EOF {
		p.fail("%q where an operator could be", p.TokenText())
	}
	return n, p.names, p.err
}

func namesIn(text string) ([]string, error) {
	_, names, err := parse(text)
	return names, err
}

func (p *parser) next() { p.token = p.Scan() }

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.token = scanner.EOF
}

// accept takes one character.
func (p *parser) accept(c rune) bool {
	if p.token != c {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(c rune) {
	if !p.accept(c) {
		p.fail("no %q", c)
	}
}

func (p *parser) sum() node {
	left := p.product()
	for p.token == '+' || p.token == '-' {
		operator := string(p.token)
		p.next()
		left = binary(operator, left, p.product())
	}
	return left
}

func (p *parser) product() node {
	left := p.unary()
	for p.token == '*' || p.token == '/' || p.token == '%' {
		operator := string(p.token)
		if operator == "/" && p.Peek() == '/' {
			p.next()
			operator = "//"
		}
		p.next()
		left = binary(operator, left, p.unary())
	}
	return left
}

func (p *parser) unary() node {
	if p.accept('-') {
		zero := func(func(string) any) (any, error) { return int64(0), nil }
		return binary("-", zero, p.unary())
	}
	return p.indexed(p.atom())
}

// indexed reads the indices behind a value.
func (p *parser) indexed(n node) node {
	for p.accept('[') {
		list, index := n, p.sum()
		p.expect(']')
		n = func(parameters func(string) any) (any, error) {
			values, err := both(list, index, parameters)
			if err != nil {
				return nil, err
			}
			return at(values[0], values[1])
		}
	}
	return n
}

func (p *parser) atom() node {
	text := p.TokenText()
	switch p.token {
	case scanner.Int, scanner.Float:
		p.next()
		v, err := numberOf(text)
		if err != nil {
			p.fail("%v", err)
		}
		return func(func(string) any) (any, error) { return v, nil }
	case '(':
		p.next()
		n := p.sum()
		p.expect(')')
		return n
	case scanner.Ident:
		p.next()
		if p.accept('(') {
			return p.call(text)
		}
		p.names = append(p.names, text)
		return func(parameters func(string) any) (any, error) { return plain(parameters(text)), nil }
	}
	p.fail("%q where a value could be", text)
	return func(func(string) any) (any, error) { return nil, errors.New("no value") }
}

// call reads the arguments of a function.
func (p *parser) call(name string) node {
	f, ok := functions[name]
	if !ok {
		p.fail("function %s, which is none of int, len, max, min, range", name)
	}
	var arguments []node
	for p.token != ')' && p.err == nil {
		arguments = append(arguments, p.sum())
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return func(parameters func(string) any) (any, error) {
		values := make([]any, len(arguments))
		for i, a := range arguments {
			var err error
			if values[i], err = a(parameters); err != nil {
				return nil, err
			}
		}
		v, err := f(values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	}
}

func both(a, b node, parameters func(string) any) (values [2]any, err error) {
	if values[0], err = a(parameters); err == nil {
		values[1], err = b(parameters)
	}
	return values, err
}

func binary(operator string, a, b node) node {
	return func(parameters func(string) any) (any, error) {
		values, err := both(a, b, parameters)
		if err != nil {
			return nil, err
		}
		return compute(operator, values[0], values[1])
	}
}
