package runtime

import (
	"fmt"
	"maps"
	"strconv"
	"unsafe"
)

// Table numbers strings, or integers. It must not be changed once a Builder has it.
type Table struct {
	Strings map[string]int64
	Ints    map[int64]int64
	Rest    Buckets // of what the table does not hold
}

// Buckets number anything: First and what is left of a hash divided by Count.
// Without any, what a table does not hold ends the call.
type Buckets struct {
	First  int64
	Count  int
	Hash   Hash // integers are hashed as decimal text
	Modulo bool // integers are divided themselves, to a remainder >= 0
}

func (t *Table) equal(o *Table) bool {
	return t == o || t.Rest == o.Rest && maps.Equal(t.Strings, o.Strings) && maps.Equal(t.Ints, o.Ints)
}

// bucket numbers by the hash of a text.
func (b *Buckets) bucket(s []byte) int64 {
	return b.First + int64(b.Hash.Of(s)%uint64(b.Count))
}

// ofString returns the number of a string, and whether it has one.
func (t *Table) ofString(s string) (int64, bool) {
	if n, ok := t.Strings[s]; ok || t.Rest.Count == 0 {
		return n, ok
	}
	if t.Rest.Count == 1 {
		return t.Rest.First, true
	}
	return t.Rest.bucket(unsafe.Slice(unsafe.StringData(s), len(s))), true // which is only read
}

// ofInt returns the number of an integer, and whether it has one.
func (t *Table) ofInt(v int64) (int64, bool) {
	n, ok := t.Ints[v]
	switch {
	case ok || t.Rest.Count == 0:
		return n, ok
	case t.Rest.Modulo:
		r := v % int64(t.Rest.Count)
		if r < 0 {
			r += int64(t.Rest.Count)
		}
		return t.Rest.First + r, true
	}
	var text [20]byte
	return t.Rest.bucket(strconv.AppendInt(text[:0], v, 10)), true
}

// number finds the numbers of its input's elements in a table.
type number struct{ table *Table }

func (number) name() string { return "number" }

func (number) takesStrings() {}

func (o number) infer(in []Type) ([]Type, error) {
	if d := in[0].DType; d != String && d != Int64 {
		return nil, &ShapeError{Wanted: "strings or int64", Received: in[0].String()}
	}
	return []Type{{Int64, in[0].Shape}}, nil
}

func (number) keepsRows(_ *node, rows []bool) bool { return rows[0] }

func (o number) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	const cost = 50 // of finding one
	return chunked(y.len, cost, func(f *frame, lo, hi int) {
		dst := f.i64(y)
		for i := lo; i < hi; i++ {
			var ok bool
			if x.DType == String {
				dst[i], ok = o.table.ofString(f.strings(x)[i])
			} else {
				dst[i], ok = o.table.ofInt(f.i64(x)[i])
			}
			if !ok {
				panic(o.unknown(f, x, i))
			}
		}
	})
}

// unknown is what a call ends with whose data is not in the table.
func (o number) unknown(f *frame, x operand, i int) dataError {
	var received string
	if x.DType == String {
		received = brief(f.strings(x)[i])
	} else {
		received = fmt.Sprint(f.i64(x)[i])
	}
	return dataError{&ShapeError{What: "input", Wanted: fmt.Sprintf("one of the %d that the vocabulary holds", len(o.table.Strings)+len(o.table.Ints)), Received: received}}
}

// brief quotes the beginning of a string.
func brief(s string) string {
	if len(s) > 40 {
		return strconv.Quote(s[:40]) + "…"
	}
	return strconv.Quote(s)
}

func (number) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// Number adds the int64 numbers that a table gives the elements of x, strings or
// int64. What the table does not hold, when it has no buckets, ends a call in a
// *ShapeError.
func (b *Builder) Number(x *Value, t *Table) *Value { return b.apply(number{t}, x) }
