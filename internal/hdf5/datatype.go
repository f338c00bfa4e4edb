package hdf5

import "fmt"

// Class is the class of a datatype.
type Class uint8

// The classes, in the numbering of the format.
const (
	ClassInteger Class = iota
	ClassFloat
	ClassTime
	ClassString
	ClassBitfield
	ClassOpaque
	ClassCompound
	ClassReference
	ClassEnum
	ClassVLen
	ClassArray
	ClassComplex
)

var classNames = [...]string{"integer", "float", "time", "string", "bitfield", "opaque",
	"compound", "reference", "enum", "variable-length", "array", "complex"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Datatype describes one element.
type Datatype struct {
	Class     Class
	Size      int // bytes of an element in the file
	Signed    bool
	BigEndian bool
	VarLen    bool      // a string of variable length, kept in the global heap
	UTF8      bool      // a string marked UTF-8 rather than ASCII
	Padding   Padding   // of a fixed-length string
	Tag       string    // of an opaque type
	Base      *Datatype // of an enum, a variable-length sequence or an array
	Members   []EnumMember
	Format    string // of a float: float16, bfloat16, float32, float64, "" when none of them
	odd       string // of an integer: what keeps it from being read, "" when nothing does
}

// EnumMember is one name of an enum. h5py keeps booleans as an enum of FALSE
// and TRUE.
type EnumMember struct {
	Name  string
	Value int64
}

// Padding is how a fixed-length string fills its field.
type Padding uint8

// The paddings, in the numbering of the format.
const (
	NullTerminated Padding = iota
	NullPadded
	SpacePadded
)

// String names the type the way NumPy does where NumPy has a name.
func (t Datatype) String() string {
	switch t.Class {
	case ClassInteger:
		if t.odd != "" {
			return t.odd
		}
		if t.Signed {
			return fmt.Sprintf("int%d", t.Size*8)
		}
		return fmt.Sprintf("uint%d", t.Size*8)
	case ClassFloat:
		if t.Format != "" {
			return t.Format
		}
		return fmt.Sprintf("floating-point format of %d bytes that is not IEEE", t.Size)
	case ClassString:
		if t.VarLen {
			return "string"
		}
		return fmt.Sprintf("string%d", t.Size)
	case ClassOpaque:
		return fmt.Sprintf("opaque%d", t.Size)
	case ClassEnum, ClassVLen, ClassArray:
		return fmt.Sprintf("%s of %s", t.Class, t.Base)
	}
	return t.Class.String()
}

// number is the type arithmetic is done in: the base of an enum, else itself.
func (t Datatype) number() Datatype {
	if t.Class == ClassEnum {
		return *t.Base
	}
	return t
}

// readable refuses types this package makes nothing of.
func (t Datatype) readable() error {
	switch n := t.number(); n.Class {
	case ClassInteger, ClassFloat:
		if n.odd == "" && (n.Class == ClassInteger || n.Format != "") {
			return nil
		}
	case ClassString, ClassOpaque, ClassBitfield:
		return nil
	}
	return unsupported("data of type %s", t)
}

const maxTypeDepth = 8

// datatype decodes a datatype message (section IV.A.2.d).
func datatype(c *cursor, depth int) Datatype {
	c.what = "datatype"
	if depth > maxTypeDepth {
		c.fail(fmt.Sprintf("types nested at most %d deep", maxTypeDepth), "deeper")
		return Datatype{}
	}
	head := c.u8()
	version := head >> 4
	flags := uint32(c.uint(3))
	t := Datatype{Class: Class(head & 15), Size: int(c.u32())}
	if c.err != nil {
		return t
	}
	if version < 1 || version > 5 {
		c.fail("datatype version 1 to 5", "%d", version)
		return t
	}
	if t.Size == 0 {
		c.fail("a datatype of at least 1 byte", "0")
		return t
	}
	switch t.Class {
	case ClassInteger, ClassBitfield:
		t.integer(c, flags)
	case ClassFloat:
		t.float(c, flags)
	case ClassString:
		t.Padding = Padding(flags & 15)
		t.UTF8 = flags>>4&15 == 1
		if t.Padding > SpacePadded {
			c.fail("string padding 0, 1 or 2", "%d", t.Padding)
		}
	case ClassOpaque:
		t.Tag = cut(c.bytes(int(flags & 0xff)))
	case ClassEnum:
		t.base(c, depth)
		if b := t.Base; b.Class != ClassInteger || b.Size != t.Size {
			c.fail(fmt.Sprintf("an enum on an integer of %d bytes", t.Size), "%s", b)
			return t
		}
		t.members(c, int(flags&0xffff), version)
	case ClassVLen:
		t.UTF8 = flags>>8&15 == 1
		t.base(c, depth)
		if want := 4 + c.offsets + 4; c.err == nil && t.Size != want {
			c.fail(fmt.Sprintf("a variable-length element of %d bytes", want), "%d", t.Size)
		}
		if flags&15 == 1 {
			t.Class, t.VarLen, t.Base = ClassString, true, nil
		}
	case ClassArray:
		rank := int(c.u8())
		if version < 3 {
			c.skip(3)
		}
		c.skip(4 * rank)
		if version < 3 {
			c.skip(4 * rank)
		}
		t.base(c, depth)
	case ClassTime, ClassCompound, ClassReference, ClassComplex:
		// listed, never read
	default:
		c.unsupported("datatype class %d", t.Class)
	}
	return t
}

func (t *Datatype) base(c *cursor, depth int) {
	b := datatype(c, depth+1)
	t.Base = &b
}

// members reads the names of an enum, then their values.
func (t *Datatype) members(c *cursor, count int, version uint8) {
	for range count {
		start := c.pos
		t.Members = append(t.Members, EnumMember{Name: c.cstring()})
		if version < 3 {
			c.skip((start - c.pos) & 7)
		}
		if c.err != nil {
			return
		}
	}
	load, err := loadInt(*t.Base)
	if err != nil {
		return // without values; reading the data will say why
	}
	for i := range t.Members {
		if b := c.bytes(t.Size); b != nil {
			t.Members[i].Value = load(b)
		}
	}
}

func (t *Datatype) integer(c *cursor, flags uint32) {
	t.BigEndian = flags&1 != 0
	t.Signed = t.Class == ClassInteger && flags&8 != 0
	start, bits := c.u16(), c.u16()
	full := start == 0 && int(bits) == 8*t.Size
	if size := t.Size; !full || size != 1 && size != 2 && size != 4 && size != 8 {
		t.odd = fmt.Sprintf("integer of %d bits at bit %d in %d bytes", bits, start, size)
	}
}

// float recognises the IEEE 754 formats and bfloat16 by where their fields are.
func (t *Datatype) float(c *cursor, flags uint32) {
	t.BigEndian = flags&1 != 0
	type layout struct {
		start, bits                                    uint16
		exponentAt, exponent, mantissaAt, mantissaBits uint8
		bias                                           uint32
		sign                                           uint32
	}
	l := layout{c.u16(), c.u16(), c.u8(), c.u8(), c.u8(), c.u8(), c.u32(), flags >> 8 & 0xff}
	if flags&0x40 != 0 || flags>>4&3 != 2 {
		return // VAX order, or no implied leading bit
	}
	switch {
	case l == layout{0, 16, 10, 5, 0, 10, 15, 15} && t.Size == 2:
		t.Format = "float16"
	case l == layout{0, 16, 7, 8, 0, 7, 127, 15} && t.Size == 2:
		t.Format = "bfloat16"
	case l == layout{0, 32, 23, 8, 0, 23, 127, 31} && t.Size == 4:
		t.Format = "float32"
	case l == layout{0, 64, 52, 11, 0, 52, 1023, 63} && t.Size == 8:
		t.Format = "float64"
	}
}
