package pyjson

import "math/bits"

// Ratio bounds how many times the memory of its text a long configuration
// may take: those of Keras take four to eight times as much.
const Ratio = 8

// memoryFloor is what a text may take however short it is.
const memoryFloor = 16 << 20

var emptyList any = []any{}

// What values take, as Go's runtime lays them out.
const (
	interfaceBytes = 16
	boxBytes       = 16 // a string that an interface points to
	sizeBytes      = 4
)

func listBytes(size int) int64 {
	if size == 0 {
		return 0 // all empty lists are one
	}
	return 32 + interfaceBytes*int64(size)
}

func objectBytes(size int) int64 {
	const header, slot = 48, 33
	switch {
	case size == 0:
		return header
	case size <= 8:
		return header + 288
	}
	slots := int64(1) << bits.Len(uint(size)*8/7) // seven of eight are filled
	return header + 64 + slot*slots
}

func (p *jsonParser) take(bytes int64) error {
	if p.memory -= bytes; p.memory < 0 {
		return ErrMemory
	}
	return nil
}

// box makes a value of a string or a number. Short ones are shared.
func (p *jsonParser) box(text string, value func() any) (any, error) {
	const short, most = 8, 4096
	if len(text) > short {
		return value(), p.take(boxBytes)
	}
	if v, ok := p.boxes[text]; ok {
		return v, nil
	}
	v := value()
	if len(p.boxes) < most {
		p.boxes[text] = v
	}
	return v, p.take(boxBytes)
}

// measure counts the elements of lists and objects, so that each gets what it
// needs and no more. It looks at brackets, commas and quotes alone: what is wrong
// with a text is found later, at the latest where a size does not fit.
func (p *jsonParser) measure() {
	var open []int32 // places in sizes
	some := func() { // there is something in the innermost
		if n := len(open); n > 0 && p.sizes[open[n-1]] == 0 {
			p.sizes[open[n-1]] = 1
		}
	}
	for at := 0; at < len(p.data); at++ {
		switch p.data[at] {
		case ' ', '\t', '\r', '\n':
		case '[', '{':
			some()
			open = append(open, int32(len(p.sizes)))
			p.sizes = append(p.sizes, 0)
		case ']', '}':
			if len(open) == 0 {
				return
			}
			open = open[:len(open)-1]
		case ',':
			if n := len(open); n > 0 {
				p.sizes[open[n-1]]++
			}
		case '"':
			some()
			for at++; at < len(p.data) && p.data[at] != '"'; at++ {
				if p.data[at] == '\\' {
					at++
				}
			}
		default:
			some()
		}
	}
}
