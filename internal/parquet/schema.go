package parquet

import (
	"errors"
	"fmt"
)

// Kind is what the values of a column are given as.
type Kind int

// The kinds. Decimals, dates and times are texts: "-12.50", "2026-11-27". What
// cannot be read has kind Other.
const (
	Ints Kind = iota
	Bools
	Floats
	Texts
	Other
)

// Column is a leaf of the schema.
type Column struct {
	// Name is that of the column, of a field in a struct with dots between.
	Name string
	Kind Kind
	// Lists is how many lists a value lies in, one within the other.
	Lists int

	index    int
	physical physical
	width    int // bytes of a value of fixed length
	convert  conversion
	scale    int
	maxDef   int
	repeated []int // the definition level from which list k has an element
}

// physical is how values are kept.
type physical int

const (
	boolean physical = iota
	int32Type
	int64Type
	int96Type
	floatType
	doubleType
	byteArray
	fixedArray
)

// conversion is what values mean beyond how they are kept.
type conversion int

const (
	plain conversion = iota
	unsigned
	decimal
	date
	timestamp
	float16
)

// The fields of SchemaElement.
const (
	elementType, elementLength, elementRepetition, elementName = 1, 2, 3, 4
	elementChildren, elementConverted, elementScale            = 5, 6, 7
	elementLogical                                             = 10
)

// schema walks the list of a schema's elements, which is the tree in depth first
// order.
type schema struct {
	elements []any
	at       int
	columns  []*Column
}

func columnsOf(elements []any) ([]*Column, error) {
	s := &schema{elements: elements, at: 1}
	if len(elements) == 0 {
		return nil, errors.New("the file has no schema")
	}
	root, _ := elements[0].(fields)
	n, _ := root.int(elementChildren)
	for range min(max(0, n), int64(len(elements))) {
		if err := s.walk("", 0, 0, nil); err != nil {
			return nil, err
		}
	}
	if s.at != len(elements) {
		return nil, fmt.Errorf("the schema has %d elements, its tree %d", len(elements), s.at)
	}
	return s.columns, nil
}

// walk reads the element at hand and what is below it. A name that lists add,
// list.element, is not part of the column's.
func (s *schema) walk(prefix string, depth, def int, repeated []int) error {
	if s.at >= len(s.elements) || depth > maxDepth {
		return errors.New("the schema's tree is broken")
	}
	e, _ := s.elements[s.at].(fields)
	s.at++
	name := e.text(elementName)
	switch {
	case prefix == "":
		prefix = name
	case !isListPart(name, repeated, e):
		prefix += "." + name
	}
	switch r, _ := e.int(elementRepetition); r {
	case 1: // optional
		def++
	case 2: // repeated
		def++
		repeated = append(repeated[:len(repeated):len(repeated)], def)
	}
	if n, ok := e.int(elementChildren); ok && n > 0 {
		for range min(n, int64(len(s.elements))) {
			if err := s.walk(prefix, depth+1, def, repeated); err != nil {
				return err
			}
		}
		return nil
	}
	c := &Column{Name: prefix, index: len(s.columns), maxDef: def, repeated: repeated, Lists: len(repeated)}
	if err := c.setType(e); err != nil {
		return fmt.Errorf("column %q: %w", prefix, err)
	}
	s.columns = append(s.columns, c)
	return nil
}

// isListPart reports whether an element is one of the two that stand between a
// list and its values: list (or bag, array), which is repeated, and element (or
// item, array_element) in it.
func isListPart(name string, repeated []int, e fields) bool {
	if r, _ := e.int(elementRepetition); r == 2 {
		return true
	}
	return len(repeated) > 0 && (name == "element" || name == "item" || name == "array_element")
}

func (c *Column) setType(e fields) error {
	t, ok := e.int(elementType)
	if !ok || t < 0 || t > int64(fixedArray) {
		return fmt.Errorf("unknown type %d", t)
	}
	c.physical = physical(t)
	width, _ := e.int(elementLength)
	switch c.physical {
	case boolean:
		c.Kind = Bools
	case int32Type, int64Type:
		c.Kind, c.width = Ints, 4*int(c.physical)
	case int96Type:
		c.Kind, c.width = Other, 12
	case floatType, doubleType:
		c.Kind, c.width = Floats, 4*int(c.physical-int96Type)
	case byteArray:
		c.Kind = Texts
	case fixedArray:
		if c.Kind = Texts; width <= 0 || width > 1<<20 {
			return fmt.Errorf("values of %d bytes", width)
		}
		c.width = int(width)
	}
	return c.setMeaning(e)
}

// The old and the new way to say what values mean.
const (
	convertedDecimal, convertedDate      = 5, 6
	convertedMillis, convertedMicros     = 9, 10
	convertedUint8, convertedUint64      = 11, 14
	logicalDecimal, logicalDate          = 5, 6
	logicalTimestamp, logicalInteger     = 8, 10
	logicalFloat16                       = 15
	scaleOfDecimal, unitOfTime, isSigned = 1, 2, 2
)

func (c *Column) setMeaning(e fields) error {
	scale, _ := e.int(elementScale)
	logical := e.inner(elementLogical)
	converted, ok := e.int(elementConverted)
	is := func(id int, old ...int64) bool {
		_, new := logical[id]
		for _, o := range old {
			new = new || ok && converted == o
		}
		return new
	}
	switch {
	case is(logicalDecimal, convertedDecimal):
		if s, ok := logical.inner(logicalDecimal).int(scaleOfDecimal); ok {
			scale = s
		}
		if scale < 0 || scale > 76 || c.width > 64 {
			return fmt.Errorf("a decimal of scale %d and %d bytes", scale, c.width)
		}
		c.Kind, c.convert, c.scale = Texts, decimal, int(scale)
	case is(logicalDate, convertedDate) && c.physical == int32Type:
		c.Kind, c.convert = Texts, date
	case is(logicalTimestamp, convertedMillis, convertedMicros) && c.physical == int64Type:
		c.Kind, c.convert, c.scale = Texts, timestamp, 3
		unit := logical.inner(logicalTimestamp).inner(unitOfTime) // 1 is ms, 2 µs, 3 ns
		for id := range unit {
			c.scale = min(9, 3*max(1, id))
		}
		if unit == nil && converted == convertedMicros {
			c.scale = 6
		}
	case is(logicalFloat16) && c.width == 2:
		c.Kind, c.convert = Floats, float16
	case ok && converted >= convertedUint8 && converted <= convertedUint64 || logical.inner(logicalInteger)[isSigned] == false:
		c.convert = unsigned
	}
	return nil
}
