package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
)

// Values are values of a column, in the slice of its kind; those of Bools are
// Ints 0 and 1.
type Values struct {
	Ints   []int64
	Floats []float64
	Texts  []string
}

func (v *Values) reset() { v.Ints, v.Floats, v.Texts = v.Ints[:0], v.Floats[:0], v.Texts[:0] }

// appendAt appends value i of another.
func (v *Values) appendAt(from *Values, i int, kind Kind) {
	switch kind {
	case Ints, Bools:
		v.Ints = append(v.Ints, from.Ints[i])
	case Floats:
		v.Floats = append(v.Floats, from.Floats[i])
	default:
		v.Texts = append(v.Texts, from.Texts[i])
	}
}

// appendZero appends a place for what is missing.
func (v *Values) appendZero(kind Kind) {
	switch kind {
	case Ints, Bools:
		v.Ints = append(v.Ints, 0)
	case Floats:
		v.Floats = append(v.Floats, 0)
	default:
		v.Texts = append(v.Texts, "")
	}
}

// raw appends the value that these bytes are, in the form of PLAIN.
func (c *Column) raw(v *Values, b []byte) error {
	switch c.physical {
	case int32Type, int64Type:
		n := int64(int32(binary.LittleEndian.Uint32(b)))
		if c.physical == int64Type {
			n = int64(binary.LittleEndian.Uint64(b))
		}
		return c.whole(v, n)
	case floatType:
		v.Floats = append(v.Floats, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		return nil
	case doubleType:
		v.Floats = append(v.Floats, math.Float64frombits(binary.LittleEndian.Uint64(b)))
		return nil
	}
	switch c.convert {
	case decimal:
		if len(b) > 64 {
			return errors.New("a decimal of more than 64 bytes")
		}
		v.Texts = append(v.Texts, pointed(bigEndian(b), c.scale))
	case float16:
		v.Floats = append(v.Floats, half(binary.LittleEndian.Uint16(b)))
	default:
		v.Texts = append(v.Texts, string(b))
	}
	return nil
}

// whole appends an integer, or what it means.
func (c *Column) whole(v *Values, n int64) error {
	switch c.convert {
	case decimal:
		v.Texts = append(v.Texts, pointed(big.NewInt(n), c.scale))
	case date:
		v.Texts = append(v.Texts, time.Unix(n*86400, 0).UTC().Format(time.DateOnly))
	case timestamp:
		unit := int64(math.Pow10(c.scale))
		at := time.Unix(floorDiv(n, unit), (n-floorDiv(n, unit)*unit)*(1_000_000_000/unit))
		v.Texts = append(v.Texts, at.UTC().Format(time.RFC3339Nano))
	case unsigned:
		if c.physical == int32Type {
			n = int64(uint32(n))
		}
		if n < 0 {
			return fmt.Errorf("%d is more than 63 bits hold", uint64(n))
		}
		v.Ints = append(v.Ints, n)
	default:
		v.Ints = append(v.Ints, n)
	}
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// bigEndian is the number in two's complement.
func bigEndian(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// pointed is n with so many digits behind the point.
func pointed(n *big.Int, scale int) string {
	s := new(big.Int).Abs(n).String()
	if scale > 0 {
		if len(s) <= scale {
			s = strings.Repeat("0", scale+1-len(s)) + s
		}
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if n.Sign() < 0 {
		s = "-" + s
	}
	return s
}

// half is a number of 16 bits.
func half(b uint16) float64 {
	sign, exp, frac := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}
