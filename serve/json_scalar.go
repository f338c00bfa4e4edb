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

// short reads a number without an exponent whose digits, as one whole number, are
// exact in a float64: then one division by a power of ten that is exact, too,
// rounds once, as it must. It reads nothing where the number is another one.
func (r *reader) short() (float64, bool) {
	t, i := r.text, r.at
	negative := i < len(t) && t[i] == '-'
	if negative {
		i++
	}
	from, point := i, -1
	var mantissa uint64
	for ; i < len(t); i++ {
		if d := t[i] - '0'; d <= 9 {
			mantissa = mantissa*10 + uint64(d)
		} else if t[i] == '.' && point < 0 {
			point = i
		} else {
			break
		}
	}
	digits, behind := i-from, 0
	if point >= 0 {
		digits, behind = digits-1, i-point-1
	}
	if whole := digits - behind; whole == 0 || point >= 0 && behind == 0 || digits > 18 || mantissa >= 1<<53 || whole > 1 && t[from] == '0' || i == len(t) {
		return 0, false
	}
	switch t[i] {
	case ',', ']', '}', ' ', '\n', '\r', '\t':
	default:
		return 0, false
	}
	r.at = i
	v := float64(mantissa)
	if behind > 0 {
		v /= tens[behind]
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
