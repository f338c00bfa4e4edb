package hdf5

import "sort"

// Sizes of the structures of an old-style group, for the ranks the superblock
// declares. libhdf5 reads nodes whole, so they are written whole.
const (
	leafRank     = 4
	internalRank = 16
	symbolSize   = 40
	symbolNode   = 8 + 2*leafRank*symbolSize
	treeNode     = 24 + 8*(4*internalRank+1)
	symbolsEach  = 2 * leafRank
	childrenEach = 2 * internalRank
	localHeader  = 32
)

// table is the layout of a group's members: a local heap of names, symbol nodes
// in the order of the names, and a B-tree over these, its levels in a row from
// the leaves up.
type table struct {
	members []*entry // by name
	names   le       // data segment of the local heap
	offsets []int    // of the names in it
	levels  []int    // nodes of each level

	tree, heap, nodes uint64 // addresses
}

func newTable(members []*entry) *table {
	sort.Slice(members, func(i, j int) bool { return members[i].name < members[j].name })
	t := &table{members: members, names: make(le, 8)} // the empty name at offset 0
	for _, m := range members {
		t.offsets = append(t.offsets, len(t.names))
		t.names.cstring(m.name)
	}
	n := t.symbolNodes()
	for {
		n = max((n+childrenEach-1)/childrenEach, 1)
		t.levels = append(t.levels, n)
		if n == 1 {
			return t
		}
	}
}

func (t *table) symbolNodes() int { return (len(t.members) + symbolsEach - 1) / symbolsEach }

// place takes the addresses of the structures from next on and returns the one
// behind them.
func (t *table) place(next uint64) uint64 {
	t.tree = next
	for _, n := range t.levels {
		next += uint64(n) * treeNode
	}
	t.heap = next
	next += localHeader + uint64(len(t.names))
	t.nodes = next
	return next + uint64(t.symbolNodes())*symbolNode
}

// root is the address of the top node of the B-tree.
func (t *table) root() uint64 {
	below := 0
	for _, n := range t.levels[:len(t.levels)-1] {
		below += n
	}
	return t.tree + uint64(below)*treeNode
}

func (t *table) encode() []byte {
	var b le
	child, children, span := t.nodes, t.symbolNodes(), symbolsEach
	size := uint64(symbolNode)
	addr := t.tree
	for level, n := range t.levels {
		for i := range n {
			t.encodeNode(&b, level, i, n, addr, child, size, children, span)
		}
		child, children, size, span = addr, n, treeNode, span*childrenEach
		addr += uint64(n) * treeNode
	}
	b = append(b, "HEAP\x00\x00\x00\x00"...)
	b.u64(uint64(len(t.names)))
	b.u64(1) // no free block, in libhdf5's spelling
	b.u64(t.heap + localHeader)
	b.bytes(t.names)
	for i := range t.symbolNodes() {
		t.encodeSymbols(&b, i)
	}
	return b
}

// encodeNode encodes node i of the n of a level. Child k of the level stands at
// child + k*size and holds the names up to number (k+1)*span.
func (t *table) encodeNode(b *le, level, i, n int, addr, child, size uint64, children, span int) {
	start := len(*b)
	first, end := i*childrenEach, min((i+1)*childrenEach, children)
	*b = append(*b, "TREE"...)
	b.u8(0, uint8(level))
	b.u16(uint16(end - first))
	sibling := func(exists bool, k int) {
		if exists {
			b.u64(addr + uint64(k)*treeNode)
		} else {
			b.u64(undefined)
		}
	}
	sibling(i > 0, i-1)
	sibling(i < n-1, i+1)
	for k := first; k < end; k++ {
		if k == 0 {
			b.u64(0)
		} else {
			b.u64(uint64(t.offsets[k*span-1]))
		}
		b.u64(child + uint64(k)*size)
	}
	if end > first {
		b.u64(uint64(t.offsets[min(end*span, len(t.offsets))-1]))
	}
	b.zeros(start + treeNode - len(*b))
}

func (t *table) encodeSymbols(b *le, i int) {
	start := len(*b)
	first, end := i*symbolsEach, min((i+1)*symbolsEach, len(t.members))
	*b = append(*b, "SNOD\x01\x00"...)
	b.u16(uint16(end - first))
	for k := first; k < end; k++ {
		b.u64(uint64(t.offsets[k]))
		t.members[k].symbol(b)
	}
	b.zeros(start + symbolNode - len(*b))
}

// symbol encodes the rest of a symbol table entry, behind the name: of a group
// it caches where its members are.
func (o *entry) symbol(b *le) {
	b.u64(o.addr)
	if o.table == nil {
		b.zeros(24)
		return
	}
	b.u32(1)
	b.u32(0)
	b.u64(o.table.root())
	b.u64(o.table.heap)
}
