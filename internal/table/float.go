package table

import (
	"math"

	"github.com/kerasrun/kerasrun/runtime"
)

// powers are those of ten that float64 holds exactly.
var powers = [23]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// parseFloat is the float32 nearest to a decimal number, as strconv.ParseFloat
// finds it, for numbers of up to 19 digits and a small exponent; ok is false for
// all other text.
//
// Such a number is m·10^e with a power that float64 holds exactly. Rounding m and
// the product or quotient (Clinger 1990) is off by less than 2 units of float64's
// last place, and rounding that to float32 gives the nearest float32 unless so
// near to the middle between two that those units could decide.
func parseFloat(b []byte) (v float32, ok bool) {
	i, negative := 0, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative, i = b[0] == '-', 1
	}
	m, first, behind := uint64(0), i, 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		m = m*10 + uint64(b[i]-'0')
	}
	digits := i - first
	if i < len(b) && b[i] == '.' {
		i++
		for first = i; i < len(b) && b[i]-'0' <= 9; i++ {
			m = m*10 + uint64(b[i]-'0')
		}
		behind = i - first
		digits += behind
	}
	if digits == 0 || digits > 19 { // of 20 m might be too large
		return 0, false
	}
	exponent := -behind
	if i < len(b) {
		e, ok := smallExponent(b[i:])
		if !ok {
			return 0, false
		}
		exponent += e
	}
	f := float64(m)
	switch {
	case m == 0:
	case exponent < -22 || exponent > 22:
		return 0, false
	case exponent < 0:
		f /= powers[-exponent]
	default:
		f *= powers[exponent]
	}
	const half, below, near = 1 << 28, 1<<29 - 1, 4 // of the bits that float32 lacks
	if low := math.Float64bits(f)&below - (half - near); m != 0 && (low <= 2*near || f < 0x1p-126 || f >= math.MaxFloat32) {
		return 0, false
	}
	if negative {
		f = -f
	}
	return float32(f), true
}

// smallExponent reads e and up to two digits.
func smallExponent(b []byte) (int, bool) {
	if len(b) < 2 || b[0]|0x20 != 'e' {
		return 0, false
	}
	b = b[1:]
	sign := 1
	if b[0] == '-' || b[0] == '+' {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 2 {
		return 0, false
	}
	e := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		e = e*10 + int(c-'0')
	}
	return sign * e, true
}

// bytes appends a field of text.
func (c *cells) bytes(b []byte) error {
	if c.dtype == runtime.Float32 {
		if v, ok := parseFloat(b); ok {
			c.f = append(c.f, v)
			return nil
		}
	}
	return c.text(string(b))
}
