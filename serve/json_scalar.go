package serve

import (
	"encoding/json"
	"unicode/utf8"
)

// isNumber reports whether t is a number as JSON writes it.
func isNumber(t []byte) bool {
	i := 0
	digits := func() bool {
		from := i
		for i < len(t) && '0' <= t[i] && t[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(t) && t[i] == '-' {
		i++
	}
	whole := i
	if !digits() || t[whole] == '0' && i > whole+1 {
		return false
	}
	if i < len(t) && t[i] == '.' {
		if i++; !digits() {
			return false
		}
	}
	if i < len(t) && (t[i] == 'e' || t[i] == 'E') {
		i++
		if i < len(t) && (t[i] == '+' || t[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(t)
}

var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// shortFloat converts a number without an exponent whose digits, as one whole
// number, are exact in a float64: then one division by a power of ten that is
// exact, too, rounds once, as it must.
func shortFloat(t []byte) (float64, bool) {
	i, negative := 0, false
	if len(t) > 0 && t[0] == '-' {
		i, negative = 1, true
	}
	var mantissa uint64
	digits, whole, point := 0, 0, false
	for from := i; i < len(t); i++ {
		switch c := t[i]; {
		case '0' <= c && c <= '9':
			if digits == 1 && !point && t[from] == '0' {
				return 0, false // 01
			}
			mantissa = mantissa*10 + uint64(c-'0')
			if digits++; digits > 18 {
				return 0, false
			}
		case c == '.' && !point && digits > 0:
			point, whole = true, digits
		default:
			return 0, false
		}
	}
	if digits == 0 || point && digits == whole || mantissa >= 1<<53 {
		return 0, false
	}
	v := float64(mantissa)
	if point {
		v /= tens[digits-whole]
	}
	if negative {
		v = -v
	}
	return v, true
}

// unquote resolves the escapes of a string.
func unquote(s []byte) (string, bool) {
	if !utf8.Valid(s) {
		return "", false
	}
	quoted := make([]byte, 0, len(s)+2)
	quoted = append(quoted, '"')
	quoted = append(quoted, s...)
	quoted = append(quoted, '"')
	var out string
	err := json.Unmarshal(quoted, &out)
	return out, err == nil
}
