package runtime

import "fmt"

// integer is an elementwise function of two integer tensors of one type that
// broadcast. It wraps around as the type does.
type integer struct{ *integerKind }

type integerKind struct {
	name   string
	f      func(x, y int64) int64
	refuse func(y int64) string // why y ends the call, "" if it does not; optional
}

func (o integer) name() string { return o.integerKind.name }

func (o integer) infer(in []Type) ([]Type, error) {
	if in[0].DType != in[1].DType || in[0].DType != Int32 && in[0].DType != Int64 {
		return nil, &ShapeError{Wanted: "int32 or int64, twice", Received: in[0].String() + " and " + in[1].String()}
	}
	s, err := Broadcast(in[0].Shape, in[1].Shape)
	if err != nil {
		return nil, err
	}
	return []Type{{in[0].DType, s}}, nil
}

func (o integer) keepsRows(n *node, rows []bool) bool { return broadcastKeepsRows(n, rows) }

func (o integer) prepare(a *operands) (task, error) {
	x, y, z := a.in[0], a.in[1], a.out[0]
	l := newLoops(z.Shape, x.Shape, y.Shape)
	return l.task(1, func(f *frame, i int) {
		p, q := l.offset(0, i), l.offset(1, i)
		if z.DType == Int32 {
			integerRun(o.integerKind, f.i32(z)[i*l.inner:][:l.inner], f.i32(x)[p:], f.i32(y)[q:], l.step)
		} else {
			integerRun(o.integerKind, f.i64(z)[i*l.inner:][:l.inner], f.i64(x)[p:], f.i64(y)[q:], l.step)
		}
	})
}

func integerRun[T int32 | int64](k *integerKind, dst, x, y []T, step []int) {
	for i := range dst {
		a, b := int64(x[i*step[0]]), int64(y[i*step[1]])
		if k.refuse != nil {
			if why := k.refuse(b); why != "" {
				panic(dataError{&ShapeError{What: k.name, Wanted: why, Received: fmt.Sprint(b)}})
			}
		}
		dst[i] = T(k.f(a, b))
	}
}

func (o integer) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil, nil} }

func notZero(y int64) string {
	if y == 0 {
		return "a divisor other than 0"
	}
	return ""
}

func notNegative(y int64) string {
	if y < 0 {
		return "an exponent >= 0"
	}
	return ""
}

// integerKinds lists the functions by the names that Integer takes. Quotients and
// remainders are Python's: towards minus infinity; truncmod is C's.
var integerKinds = map[string]*integerKind{}

func init() {
	for _, k := range []*integerKind{
		{"add", func(x, y int64) int64 { return x + y }, nil},
		{"subtract", func(x, y int64) int64 { return x - y }, nil},
		{"multiply", func(x, y int64) int64 { return x * y }, nil},
		{"maximum", func(x, y int64) int64 { return max(x, y) }, nil},
		{"minimum", func(x, y int64) int64 { return min(x, y) }, nil},
		{"floor_divide", floorDivide, notZero},
		{"mod", floorMod, notZero},
		{"truncmod", func(x, y int64) int64 { return x % y }, notZero},
		{"power", power, notNegative},
		{"bitwise_and", func(x, y int64) int64 { return x & y }, nil},
		{"bitwise_or", func(x, y int64) int64 { return x | y }, nil},
		{"bitwise_xor", func(x, y int64) int64 { return x ^ y }, nil},
		{"left_shift", func(x, y int64) int64 { return x << min(uint64(y), 64) }, nil},
		{"right_shift", func(x, y int64) int64 { return x >> min(uint64(y), 63) }, nil},
		{"gcd", gcd, nil},
		{"lcm", lcm, nil},
	} {
		integerKinds[k.name] = k
	}
}

func floorDivide(x, y int64) int64 {
	q := x / y
	if r := x % y; r != 0 && (r < 0) != (y < 0) {
		q--
	}
	return q
}

func floorMod(x, y int64) int64 {
	r := x % y
	if r != 0 && (r < 0) != (y < 0) {
		r += y
	}
	return r
}

func power(x, y int64) int64 {
	z := int64(1)
	for ; y > 0; y >>= 1 {
		if y&1 == 1 {
			z *= x
		}
		x *= x
	}
	return z
}

func gcd(x, y int64) int64 {
	for y != 0 {
		x, y = y, x%y
	}
	return max(x, -x)
}

func lcm(x, y int64) int64 {
	if x == 0 || y == 0 {
		return 0
	}
	z := x / gcd(x, y) * y
	return max(z, -z)
}

// Integer adds a function of two tensors of one integer type that broadcast: add,
// subtract, multiply, maximum, minimum, floor_divide, mod, truncmod, power,
// bitwise_and, bitwise_or, bitwise_xor, left_shift, right_shift, gcd or lcm.
// A division by 0 and a negative exponent end the call in a *ShapeError.
func (b *Builder) Integer(name string, x, y *Value) *Value {
	k, ok := integerKinds[name]
	if !ok {
		return b.Fail(fmt.Errorf("no function of integers is named %q", name))
	}
	return b.apply(integer{k}, x, y)
}
