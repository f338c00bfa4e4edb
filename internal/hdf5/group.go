package hdf5

import (
	"cmp"
	"errors"
	"path"
	"slices"
	"strings"
)

// Group is a handle on a group.
type Group struct {
	file  *File
	obj   *object
	path  string
	depth int
}

// Path is where the group was found, "/" for the root.
func (g *Group) Path() string { return g.path }

// ID is equal for one group found at several places, and differs for others.
func (g *Group) ID() any { return g.obj }

// Links lists the members: in the order they were created in where the file
// keeps it, else by name. Soft and external links are listed, not followed.
func (g *Group) Links() ([]Link, error) {
	links, err := g.members()
	if err != nil {
		return nil, err
	}
	out := make([]Link, len(links))
	for i, l := range links {
		out[i] = Link{Name: l.name, Kind: l.kind, Target: l.soft}
		if l.hard {
			o, err := g.file.object(l.addr)
			if err != nil {
				return nil, at(path.Join(g.path, l.name), err)
			}
			out[i].Kind = o.kind
		}
	}
	return out, nil
}

// Has reports whether a path below the group leads to an object. The error is
// that of a failed or refused look-up; not to find anything is none.
func (g *Group) Has(name string) (bool, error) {
	_, _, err := g.find(name, "object", new(int))
	var missing *NotFoundError
	if errors.As(err, &missing) {
		return false, nil
	}
	return err == nil, err
}

// Group opens the group at a path below this one ("a/b"), or from the root
// ("/a/b"). Without one the error is a *NotFoundError.
func (g *Group) Group(name string) (*Group, error) {
	o, found, err := g.find(name, "group", new(int))
	if err != nil {
		return nil, err
	}
	if o.kind != KindGroup {
		return nil, &NotFoundError{Path: g.path, Name: name, Wanted: "group", Found: o.kind.String()}
	}
	return found, nil
}

// Dataset opens the dataset at a path below this group. Without one the error
// is a *NotFoundError.
func (g *Group) Dataset(name string) (*Dataset, error) {
	o, found, err := g.find(name, "dataset", new(int))
	if err != nil {
		return nil, err
	}
	if o.kind != KindDataset {
		return nil, &NotFoundError{Path: g.path, Name: name, Wanted: "dataset", Found: o.kind.String()}
	}
	d, err := g.file.dataset(o, found.path)
	return d, at(found.path, err)
}

// Attr returns an attribute, and whether there is one of the name.
func (g *Group) Attr(name string) (*Attr, bool, error) {
	return g.file.attr(g.obj, g.path, name)
}

// Attrs lists the attributes: in the order they were created in where the file
// keeps it, else as stored.
func (g *Group) Attrs() ([]*Attr, error) { return g.file.attrs(g.obj, g.path) }

// find walks a path. It returns the object and, as a Group whatever its kind,
// the place it was found at.
func (g *Group) find(name, wanted string, hops *int) (*object, *Group, error) {
	missing := &NotFoundError{Path: g.path, Name: name, Wanted: wanted}
	if name == "" {
		return nil, nil, missing
	}
	here := g
	if strings.HasPrefix(name, "/") {
		here = g.file.Root()
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." {
			continue
		}
		if here.obj.kind != KindGroup {
			return nil, nil, missing
		}
		if _, err := here.members(); err != nil {
			return nil, nil, err
		}
		i, ok := here.obj.byName[part]
		if !ok {
			return nil, nil, missing
		}
		next, err := here.follow(here.obj.links[i], hops)
		if err != nil {
			return nil, nil, err
		}
		here = next
	}
	return here.obj, here, nil
}

// follow opens what a link leads to.
func (g *Group) follow(l link, hops *int) (*Group, error) {
	to := path.Join(g.path, l.name)
	if max := g.file.src.limits.GroupDepth; g.depth >= max {
		return nil, at(to, overLimit("GroupDepth", uint64(max), uint64(g.depth)+1))
	}
	switch {
	case l.hard:
		o, err := g.file.object(l.addr)
		if err != nil {
			return nil, at(to, err)
		}
		return &Group{file: g.file, obj: o, path: to, depth: g.depth + 1}, nil
	case l.kind == KindSoft:
		*hops++
		if max := g.file.src.limits.SoftLinks; *hops > max {
			return nil, at(to, overLimit("SoftLinks", uint64(max), uint64(*hops)))
		}
		_, found, err := g.find(l.soft, "object", hops)
		return found, err
	}
	return nil, at(to, unsupported("%s", l.kind))
}

// members lists the links of the group, once.
func (g *Group) members() ([]link, error) {
	o := g.obj
	o.linksOnce.Do(func() { o.links, o.byName, o.linksErr = g.file.members(o) })
	return o.links, at(g.path, o.linksErr)
}

func (f *File) members(o *object) ([]link, map[string]int, error) {
	links, err := f.readLinks(o)
	if err != nil {
		return nil, nil, err
	}
	f.mu.Lock()
	f.links += len(links)
	total := f.links
	f.mu.Unlock()
	if max := f.src.limits.Objects; total > max {
		return nil, nil, overLimit("Objects", uint64(max), uint64(total))
	}
	byName := make(map[string]int, len(links))
	for i, l := range links {
		if l.name == "" || l.name == "." || strings.Contains(l.name, "/") {
			return nil, nil, broken("group", f.src.base+int64(o.addr), "names a path can hold", "%q", l.name)
		}
		if _, twice := byName[l.name]; twice {
			return nil, nil, broken("group", f.src.base+int64(o.addr), "each name once", "%q again", l.name)
		}
		byName[l.name] = i
	}
	return links, byName, nil
}

// readLinks reads the members of a group of either style.
func (f *File) readLinks(o *object) ([]link, error) {
	if m := o.find(msgSymbolTable); m != nil {
		return f.symbolTable(m)
	}
	var links []link
	for i := range o.msgs {
		m := &o.msgs[i]
		if m.kind != msgLink {
			continue
		}
		c, err := f.src.resolve(m)
		if err != nil {
			return nil, err
		}
		l, err := readLink(c)
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	if m := o.find(msgLinkInfo); m != nil {
		dense, err := f.denseLinks(m)
		if err != nil {
			return nil, err
		}
		links = append(links, dense...)
	}
	tracked := !slices.ContainsFunc(links, func(l link) bool { return !l.sorted })
	slices.SortFunc(links, func(a, b link) int {
		if tracked {
			return cmp.Compare(a.order, b.order)
		}
		return strings.Compare(a.name, b.name)
	})
	return links, nil
}

// attrs lists the attributes of an object, once, and gives each a handle that
// knows where it was found.
func (f *File) attrs(o *object, path string) ([]*Attr, error) {
	o.attrsOnce.Do(func() { o.attrs, o.attrsErr = f.readAttrs(o) })
	if o.attrsErr != nil {
		return nil, at(path, o.attrsErr)
	}
	out := make([]*Attr, len(o.attrs))
	for i, a := range o.attrs {
		b := *a
		b.path = path
		out[i] = &b
	}
	return out, nil
}

func (f *File) attr(o *object, path, name string) (*Attr, bool, error) {
	attrs, err := f.attrs(o, path)
	for _, a := range attrs {
		if a.Name == name {
			return a, true, nil
		}
	}
	return nil, false, err
}

func (f *File) readAttrs(o *object) ([]*Attr, error) {
	type ordered struct {
		*Attr
		order uint64
	}
	var all []ordered
	add := func(c *cursor, order uint64) error {
		a, err := f.attribute(c)
		if err != nil {
			return err
		}
		all = append(all, ordered{a, order})
		return nil
	}
	tracked := o.ordered
	for i := range o.msgs {
		m := &o.msgs[i]
		if m.kind != msgAttribute {
			continue
		}
		c, err := f.src.resolve(m)
		if err == nil {
			err = add(c, m.order)
		}
		if err != nil {
			return nil, err
		}
	}
	if m := o.find(msgAttributeInfo); m != nil {
		track, err := f.denseAttrs(m, add)
		if err != nil {
			return nil, err
		}
		tracked = tracked || track
	}
	if tracked {
		slices.SortStableFunc(all, func(a, b ordered) int { return cmp.Compare(a.order, b.order) })
	}
	out := make([]*Attr, len(all))
	for i, a := range all {
		out[i] = a.Attr
	}
	return out, nil
}
