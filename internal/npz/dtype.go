package npz

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// maxString bounds the characters of one string element.
const maxString = 64 << 10

// dtype is an element type as a .npy header spells it: byte order, kind, size.
type dtype struct {
	order binary.ByteOrder
	kind  byte // one of f i u b U S
	size  int  // bytes of an element; characters for U, bytes for S
}

// parseDType reads a descr such as "<f4", ">i8", "|b1" or "<U12".
func parseDType(descr string) (dtype, error) {
	d := dtype{order: binary.LittleEndian}
	rest := descr
	if rest != "" && strings.IndexByte("<>|=", rest[0]) >= 0 {
		if rest[0] == '>' {
			d.order = binary.BigEndian
		}
		rest = rest[1:]
	}
	if rest == "" {
		return d, fmt.Errorf("dtype must be a kind and a size such as '<f4', received %q", descr)
	}
	d.kind = rest[0]
	if d.kind == '?' && len(rest) == 1 {
		rest = "b1"
		d.kind = 'b'
	}
	if d.kind == 'O' {
		return d, fmt.Errorf("dtype %q holds pickled Python objects, which are never read", descr)
	}
	size, err := strconv.Atoi(rest[1:])
	if err != nil || size < 0 {
		return d, fmt.Errorf("dtype must be a kind and a size such as '<f4', received %q", descr)
	}
	d.size = size
	switch d.name() {
	case "f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1":
		return d, nil
	}
	if d.kind != 'U' && d.kind != 'S' {
		return d, fmt.Errorf("dtype %q is not supported, must be one of f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1 U S", descr)
	}
	if size > maxString {
		return d, fmt.Errorf("dtype %q: strings must have <= %d characters", descr, maxString)
	}
	return d, nil
}

// name is the type without its byte order: "f4", "U12".
func (d dtype) name() string { return string(d.kind) + strconv.Itoa(d.size) }

// stored is the size of one element in the file.
func (d dtype) stored() int {
	if d.kind == 'U' {
		return 4 * d.size
	}
	return d.size
}

// memory is an upper bound for one element in memory.
func (d dtype) memory() int {
	if d.kind == 'U' || d.kind == 'S' {
		return 16 + d.stored() // a string header, and at most as many bytes
	}
	return d.size
}

// text decodes one string element; NumPy pads with NUL at the end.
func (d dtype) text(b []byte) (string, error) {
	if d.kind == 'S' {
		return strings.TrimRight(string(b), "\x00"), nil
	}
	runes := make([]rune, 0, d.size)
	for ; len(b) >= 4; b = b[4:] {
		c := d.order.Uint32(b)
		if c > 0x10FFFF || c >= 0xD800 && c < 0xE000 {
			return "", fmt.Errorf("string holds %#x, which is no Unicode character", c)
		}
		runes = append(runes, rune(c))
	}
	for len(runes) > 0 && runes[len(runes)-1] == 0 {
		runes = runes[:len(runes)-1]
	}
	return string(runes), nil
}

// halfToFloat widens an IEEE 754 binary16.
func halfToFloat(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exp {
	case 0: // zero and subnormals: frac * 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
