package hdf5

// Kind is what a link leads to.
type Kind uint8

// The kinds of link.
const (
	KindGroup    Kind = iota
	KindDataset       // a dataset
	KindDatatype      // a committed datatype
	KindSoft          // a path inside the file, which may lead nowhere
	KindExternal      // an object of another file: never opened
	KindUser          // a user-defined link: never followed
)

var kindNames = [...]string{"group", "dataset", "datatype", "soft link", "external link", "user-defined link"}

func (k Kind) String() string { return kindNames[k] }

// Link is one member of a group.
type Link struct {
	Name   string
	Kind   Kind
	Target string // of a soft link
}

// link is a member as the file stores it; hard links lead to addr.
type link struct {
	name   string
	soft   string
	addr   uint64
	kind   Kind // KindSoft, KindExternal or KindUser when hard is not set
	hard   bool
	order  uint64
	sorted bool // order is the order of creation
}

// readLink decodes a link message (section IV.A.2.g).
func readLink(c *cursor) (link, error) {
	c.what = "link"
	c.version(1)
	flags := c.u8()
	kind := uint8(0)
	if flags&8 != 0 {
		kind = c.u8()
	}
	var l link
	if flags&4 != 0 {
		l.order, l.sorted = c.u64(), true
	}
	if flags&16 != 0 {
		c.skip(1) // character set
	}
	n := c.uint(1 << (flags & 3))
	if n > uint64(c.left()) {
		c.fail("a name inside the message", "%d bytes", n)
	}
	l.name = string(c.bytes(int(n)))
	switch {
	case kind == 0:
		l.hard, l.addr = true, c.addr()
	case kind == 1:
		l.kind, l.soft = KindSoft, string(c.bytes(int(c.u16())))
	case kind == 64:
		l.kind = KindExternal
	case kind > 64:
		l.kind = KindUser
	default:
		c.fail("link type 0, 1 or 64 to 255", "%d", kind)
	}
	return l, c.err
}
