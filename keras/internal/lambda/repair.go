package lambda

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// Keras on Windows replaced every backslash in a code object by a slash, to tidy
// the path in it (func_dump, keras/utils/generic_utils.py), and thereby each
// byte 0x5c of the rest too. This file undoes that where one reading alone makes
// sense.

// Limits of the repair.
const (
	maxSlashes = 256 // bytes tried one by one
	maxSubset  = 10  // bytes of the bytecode tried together
)

// repair looks for the bytes 0x2f that were 0x5c. It returns nil where none or
// several of the readings are sound.
func repair(data []byte, s Source, o *Options) *Lifted {
	var slashes []int
	for k, b := range data {
		if b == '/' {
			slashes = append(slashes, k)
		}
	}
	if len(slashes) == 0 || len(slashes) > maxSlashes {
		return nil
	}
	var found *Lifted
	try := func(places ...int) bool {
		b := append([]byte{}, data...)
		for _, k := range places {
			b[k] = '\\'
		}
		l, err := lift(b, s, o)
		if err != nil {
			return true
		}
		if found != nil && found.key() != l.key() {
			found = nil
			return false
		}
		found = l
		return true
	}
	for _, k := range slashes {
		if !try(k) {
			return nil
		}
	}
	if found != nil {
		return found
	}
	first := slashes[:min(len(slashes), maxSubset)] // the bytecode stands in front
	for set := 3; set < 1<<len(first); set++ {
		var places []int
		for k, place := range first {
			if set>>k&1 != 0 {
				places = append(places, place)
			}
		}
		if len(places) > 1 && !try(places...) {
			return nil
		}
	}
	return found
}

// checkNumbers looks at the constants of code that may come from Windows, where
// a byte 0x2f may have been 0x5c. A number that takes far fewer digits to write
// with the other byte is put right; what could be both is refused.
func checkNumbers(c *code) {
	windows := len(c.file) > 2 && c.file[1] == ':' && !strings.Contains(c.file, `\`)
	if !windows && !strings.HasPrefix(c.file, "<") {
		return
	}
	for k, v := range c.consts {
		switch x := v.(type) {
		case *code:
			checkNumbers(x)
		case float64:
			c.consts[k] = likelyFloat(x)
		case int64:
			for n := uint64(x); windows && n != 0; n >>= 8 {
				if n&0xff == '/' {
					panic(refuse("the number %d, which Windows may have damaged", x))
				}
			}
		}
	}
}

// likelyFloat returns x, or what x is with some bytes 0x2f as 0x5c, whichever
// takes the fewest digits to write. It must win by marginDigits.
func likelyFloat(x float64) float64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
	best, second := x, math.NaN()
	least, next := digits(x), 100
	for set := 1; set < 1<<8; set++ {
		other, ok := b, true
		for k := range other {
			if set>>k&1 != 0 {
				ok = ok && other[k] == '/'
				other[k] = '\\'
			}
		}
		y := math.Float64frombits(binary.LittleEndian.Uint64(other[:]))
		switch n := digits(y); {
		case !ok:
		case n < least:
			best, second, least, next = y, best, n, least
		case n < next:
			second, next = y, n
		}
	}
	if next < 100 && next-least < marginDigits && least <= 12 {
		panic(refuse("the number %v, which may have been %v before Windows damaged it", best, second))
	}
	if least > 12 { // none that a person wrote
		return x
	}
	return best
}

const marginDigits = 4

// digits counts the digits that it takes to write a number.
func digits(x float64) int {
	n := 0
	mantissa, _, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
	for _, r := range mantissa {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}
