package hdf5

import "path"

// Tree reads all below the group into memory, as nodes that Write takes. Every
// link of a file that links objects more than once gets a copy of its own, so
// the number of nodes is held to Limits.Objects and their data, added up, to
// Limits.DatasetBytes. Links that are not hard are refused.
func (g *Group) Tree() (*GroupNode, error) {
	t := treeReader{limits: g.file.src.limits}
	return t.group(g)
}

type treeReader struct {
	limits Limits
	nodes  int
	bytes  int64
}

func (t *treeReader) count(path string, bytes int64) error {
	t.nodes++
	if max := t.limits.Objects; t.nodes > max {
		return at(path, overLimit("Objects", uint64(max), uint64(t.nodes)))
	}
	if max := t.limits.DatasetBytes; bytes > max-t.bytes {
		return at(path, overLimit("DatasetBytes", uint64(max), uint64(t.bytes)+uint64(bytes)))
	}
	t.bytes += bytes
	return nil
}

func (t *treeReader) group(g *Group) (*GroupNode, error) {
	if err := t.count(g.path, 0); err != nil {
		return nil, err
	}
	node := &GroupNode{}
	attrs, err := g.Attrs()
	if err != nil {
		return nil, err
	}
	if node.Attrs, err = t.attrs(attrs); err != nil {
		return nil, err
	}
	links, err := g.Links()
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		m := Member{Name: l.Name}
		switch l.Kind {
		case KindGroup:
			var child *Group
			if child, err = g.Group(l.Name); err == nil {
				m.Group, err = t.group(child)
			}
		case KindDataset:
			var child *Dataset
			if child, err = g.Dataset(l.Name); err == nil {
				m.Dataset, err = t.dataset(child)
			}
		default:
			err = at(path.Join(g.path, l.Name), unsupported("%s in a tree", l.Kind))
		}
		if err != nil {
			return nil, err
		}
		node.Members = append(node.Members, m)
	}
	return node, nil
}

func (t *treeReader) dataset(d *Dataset) (*DatasetNode, error) {
	if err := t.count(d.path, d.bytes); err != nil {
		return nil, err
	}
	node := &DatasetNode{Value: Value{Type: d.dtype, Shape: d.Shape(), Null: d.space.null}}
	attrs, err := d.Attrs()
	if err != nil {
		return nil, err
	}
	if node.Attrs, err = t.attrs(attrs); err != nil {
		return nil, err
	}
	if d.dtype.Class == ClassString {
		node.Strings, err = d.ReadStrings()
		return node, err
	}
	node.Raw = make([]byte, d.bytes)
	return node, d.ReadRaw(node.Raw)
}

func (t *treeReader) attrs(attrs []*Attr) ([]AttrNode, error) {
	var nodes []AttrNode
	for _, a := range attrs {
		if err := t.count(a.where(), int64(len(a.raw))); err != nil {
			return nil, err
		}
		v := Value{Type: a.Type, Shape: a.Shape, Null: a.Null, Raw: a.raw}
		var err error
		if a.Type.Class == ClassString {
			v.Raw = nil
			v.Strings, err = a.Strings()
		} else {
			err = at(a.where(), a.Type.readable())
		}
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, AttrNode{a.Name, v})
	}
	return nodes, nil
}
