package einsum

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/runtime"
)

// Labelled is a tensor with a letter for each axis.
type Labelled struct {
	*runtime.Value
	Labels []byte
}

// Of sums products as the equation says: "ab,bc->ac" is the product of two
// matrices. It becomes matrix products, of as many axes at once as can be.
func Of(b *runtime.Builder, equation string, in ...*runtime.Value) *runtime.Value {
	ranks := make([]int, len(in))
	for i, x := range in {
		ranks[i] = x.Rank()
	}
	labels, out, err := Parse(equation, ranks...)
	if err != nil {
		return b.Fail(err)
	}
	acc := Labelled{in[0], labels[0]}
	for i := 1; i < len(in); i++ {
		keep := append([]byte{}, out...)
		for _, l := range labels[i+1:] {
			keep = append(keep, l...)
		}
		acc = contract(b, acc, Labelled{in[i], labels[i]}, keep)
	}
	return acc.Without(b, out).Ordered(b, out).Value
}

// Parse returns the letters of every operand and of the result. Axes
// under an ellipsis get letters above 127, the last axis the highest.
func Parse(equation string, ranks ...int) (operands [][]byte, out []byte, err error) {
	bad := func(what string) error {
		return fmt.Errorf("equation %q: %s", equation, what)
	}
	left, right, explicit := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
	parts := strings.Split(left, ",")
	if len(parts) != len(ranks) {
		return nil, nil, bad(fmt.Sprintf("wanted %d operands, received %d", len(parts), len(ranks)))
	}
	most := 0 // axes under an ellipsis
	expand := func(term string, hidden int) ([]byte, error) {
		before, after, dots := strings.Cut(term, "...")
		var l []byte
		l = append(l, before...)
		if dots {
			for k := range hidden {
				l = append(l, byte(255-hidden+1+k))
			}
			l = append(l, after...)
		}
		for i, x := range l {
			if x < 128 && !('a' <= x && x <= 'z' || 'A' <= x && x <= 'Z') {
				return nil, bad(fmt.Sprintf("a letter is wanted, received %q", string(rune(x))))
			}
			if bytes.IndexByte(l[:i], x) >= 0 {
				return nil, bad("a letter twice in one operand is not supported")
			}
		}
		return l, nil
	}
	for i, p := range parts {
		hidden := ranks[i] - len(strings.Replace(p, "...", "", 1))
		if !strings.Contains(p, "...") && hidden != 0 || hidden < 0 || hidden > 64 {
			return nil, nil, bad(fmt.Sprintf("operand %d has rank %d", i, ranks[i]))
		}
		if strings.Contains(p, "...") {
			most = max(most, hidden)
		}
		l, err := expand(p, hidden)
		if err != nil {
			return nil, nil, err
		}
		operands = append(operands, l)
	}
	if explicit {
		out, err = expand(right, most)
		for _, x := range out {
			if err == nil && bytes.IndexByte(bytes.Join(operands, nil), x) < 0 {
				err = bad("a letter of the result is in no operand")
			}
		}
		return operands, out, err
	}
	all := bytes.Join(operands, nil)
	for x := range 256 {
		l := byte((x + 128) % 256) // the axes of the ellipsis first, then letters that occur once, in order
		if n := bytes.Count(all, []byte{l}); n == 1 || n > 1 && l >= 128 {
			out = append(out, l)
		}
	}
	return operands, out, nil
}

// contract multiplies two tensors and sums over the letters that are not kept.
func contract(b *runtime.Builder, x, y Labelled, keep []byte) Labelled {
	x = x.Without(b, append(append([]byte{}, keep...), y.Labels...))
	y = y.Without(b, append(append([]byte{}, keep...), x.Labels...))
	var batch, inner, xs, ys []byte
	for _, l := range x.Labels {
		switch {
		case bytes.IndexByte(y.Labels, l) < 0:
			xs = append(xs, l)
		case bytes.IndexByte(keep, l) >= 0:
			batch = append(batch, l)
		default:
			inner = append(inner, l)
		}
	}
	for _, l := range y.Labels {
		if bytes.IndexByte(x.Labels, l) < 0 {
			ys = append(ys, l)
		}
	}
	size := map[byte]int{}
	for _, t := range []Labelled{x, y} {
		for i, l := range t.Labels {
			if d, seen := size[l]; !seen || d < 0 || d == 1 {
				size[l] = t.Shape[i]
			}
		}
	}
	// All rows of x at once when there is no batch; else one product for each.
	rows := [][]byte{xs}
	if len(batch) == 0 && len(xs) > 0 {
		rows = singles(xs)
	}
	xg, yg := append(singles(batch), rows...), append(singles(batch), inner, ys)
	xv := x.Ordered(b, join(batch, xs, inner)).grouped(b, append(xg, inner))
	yv := y.Ordered(b, join(batch, inner, ys)).grouped(b, yg)
	z := Labelled{b.MatMul(xv, yv), join(batch, xs, ys)}
	groups := append(xg, ys)
	sizes := []int{}
	whole := true
	for g, letters := range groups {
		if len(letters) == 1 {
			sizes = append(sizes, runtime.CopyAxis(g))
			continue
		}
		whole = false
		for _, l := range letters {
			sizes = append(sizes, size[l])
		}
	}
	if !whole {
		z.Value = b.Reshape(z.Value, sizes...)
	}
	return z
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// singles makes a group of each letter.
func singles(letters []byte) [][]byte {
	var groups [][]byte
	for i := range letters {
		groups = append(groups, letters[i:i+1])
	}
	return groups
}

// Without sums over the letters that are not kept.
func (t Labelled) Without(b *runtime.Builder, keep []byte) Labelled {
	var axes []int
	var rest []byte
	for i, l := range t.Labels {
		if bytes.IndexByte(keep, l) < 0 {
			axes = append(axes, i)
		} else {
			rest = append(rest, l)
		}
	}
	if axes == nil {
		return t
	}
	return Labelled{b.Sum(t.Value, axes, false), rest}
}

// Ordered puts the axes in the order of the letters.
func (t Labelled) Ordered(b *runtime.Builder, letters []byte) Labelled {
	if bytes.Equal(t.Labels, letters) || len(t.Labels) != len(letters) {
		return t
	}
	perm := make([]int, len(letters))
	for i, l := range letters {
		perm[i] = bytes.IndexByte(t.Labels, l)
	}
	return Labelled{b.Transpose(t.Value, perm...), letters}
}

// grouped makes one axis of each group of neighbours; an empty group is an axis
// of size 1.
func (t Labelled) grouped(b *runtime.Builder, groups [][]byte) *runtime.Value {
	sizes := make([]int, len(groups))
	at, same := 0, true
	for i, g := range groups {
		switch len(g) {
		case 1:
			sizes[i] = runtime.CopyAxis(at)
		default:
			same = false
			sizes[i] = 1
			for _, d := range t.Shape[at : at+len(g)] {
				if d < 0 {
					sizes[i] = runtime.Infer
					break
				}
				sizes[i] *= d
			}
		}
		at += len(g)
	}
	if same {
		return t.Value
	}
	return b.Reshape(t.Value, sizes...)
}
