//go:build libhdf5

package libhdf5

/*
#define H5_USE_110_API
#include <hdf5.h>
#include <stdlib.h>

static herr_t read_attr(hid_t attr, hid_t type, void *to) { return H5Aread(attr, type, to); }

static herr_t read_data(hid_t data, hid_t type, void *to) {
	return H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
}

static herr_t reclaim(hid_t type, hid_t space, void *strings) {
	return H5Dvlen_reclaim(type, space, H5P_DEFAULT, strings);
}

static hid_t open_attr(hid_t object, const char *name) { return H5Aopen(object, name, H5P_DEFAULT); }

// stored_inside is whether the data of a dataset is in the file that names it.
static int stored_inside(hid_t data) {
	hid_t plist = H5Dget_create_plist(data);
	if (plist < 0) return -1;
	int external = H5Pget_external_count(plist);
	H5D_layout_t layout = H5Pget_layout(plist);
	H5Pclose(plist);
	if (external < 0 || layout < 0) return -1;
	return external == 0 && layout != H5D_VIRTUAL;
}
*/
import "C"

import (
	"fmt"
	"path"
	"strings"
	"unsafe"

	gonum "gonum.org/v1/hdf5"

	"github.com/kerasrun/kerasrun/internal/hdf5"
)

// Read reads a file as the tree that hdf5.Group.Tree makes of it: links in the
// order of their names, attributes too.
func Read(name string, lim hdf5.Limits) (root *hdf5.GroupNode, err error) {
	d := hdf5.DefaultLimits()
	r := reader{objects: lim.Objects, depth: lim.GroupDepth, bytes: lim.DatasetBytes}
	if r.objects <= 0 {
		r.objects = d.Objects
	}
	if r.depth <= 0 {
		r.depth = d.GroupDepth
	}
	if r.bytes <= 0 {
		r.bytes = d.DatasetBytes
	}
	err = exclusive(func() (err error) {
		f, err := gonum.OpenFile(name, gonum.F_ACC_RDONLY)
		if err != nil {
			return fmt.Errorf("libhdf5: %s: %w", name, err)
		}
		defer closer(f, &err)
		root, err = r.group(&f.CommonFG, "/", 0)
		return err
	})
	return root, err
}

// reader counts down what may still be read.
type reader struct {
	objects, depth int
	bytes          int64
}

func (r *reader) take(where string, bytes int64) error {
	if r.objects--; r.objects < 0 {
		return fmt.Errorf("libhdf5: %s: more objects than the limit", where)
	}
	if r.bytes -= bytes; r.bytes < 0 {
		return fmt.Errorf("libhdf5: %s: more bytes than the limit", where)
	}
	return nil
}

func (r *reader) group(parent *gonum.CommonFG, where string, depth int) (node *hdf5.GroupNode, err error) {
	if depth > r.depth {
		return nil, fmt.Errorf("libhdf5: %s: groups nested deeper than the limit of %d", where, r.depth)
	}
	if err := r.take(where, 0); err != nil {
		return nil, err
	}
	g, err := parent.OpenGroup(where)
	if err != nil {
		return nil, fmt.Errorf("libhdf5: %s: %w", where, err)
	}
	defer closer(g, &err)
	node = &hdf5.GroupNode{}
	if node.Attrs, err = r.attrs(where, id(g)); err != nil {
		return nil, err
	}
	list, err := links(where, id(g))
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		m := hdf5.Member{Name: l.name}
		p := path.Join(where, l.name)
		switch l.kind {
		case kindGroup:
			m.Group, err = r.group(&g.CommonFG, p, depth+1)
		case kindDataset:
			m.Dataset, err = r.dataset(&g.CommonFG, p)
		default:
			err = &hdf5.UnsupportedError{Path: p, Feature: "a link that leads to no group or dataset of the file"}
		}
		if err != nil {
			return nil, err
		}
		node.Members = append(node.Members, m)
	}
	return node, nil
}

func (r *reader) dataset(parent *gonum.CommonFG, where string) (node *hdf5.DatasetNode, err error) {
	d, err := parent.OpenDataset(where)
	if err != nil {
		return nil, fmt.Errorf("libhdf5: %s: %w", where, err)
	}
	defer closer(d, &err)
	switch inside := C.stored_inside(id(d)); {
	case inside < 0:
		return nil, failed(where, "reading the layout")
	case inside == 0:
		return nil, &hdf5.UnsupportedError{Path: where, Feature: "data outside the file"}
	}
	node = &hdf5.DatasetNode{}
	if node.Attrs, err = r.attrs(where, id(d)); err != nil {
		return nil, err
	}
	t, s := C.H5Dget_type(id(d)), C.H5Dget_space(id(d))
	defer C.H5Tclose(t)
	defer C.H5Sclose(s)
	node.Value, err = r.value(where, t, s, func(t C.hid_t, to unsafe.Pointer) C.herr_t {
		return C.read_data(id(d), t, to)
	})
	return node, err
}

func (r *reader) attrs(where string, object C.hid_t) ([]hdf5.AttrNode, error) {
	list, err := attributes(where, object)
	if err != nil {
		return nil, err
	}
	var nodes []hdf5.AttrNode
	for _, e := range list {
		v, err := r.attr(where+"@"+e.name, object, e.name)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, hdf5.AttrNode{Name: e.name, Value: v})
	}
	return nodes, nil
}

func (r *reader) attr(where string, object C.hid_t, name string) (hdf5.Value, error) {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	a := C.open_attr(object, c)
	if a < 0 {
		return hdf5.Value{}, failed(where, "opening")
	}
	defer C.H5Aclose(a)
	t, s := C.H5Aget_type(a), C.H5Aget_space(a)
	defer C.H5Tclose(t)
	defer C.H5Sclose(s)
	return r.value(where, t, s, func(t C.hid_t, to unsafe.Pointer) C.herr_t {
		return C.read_attr(a, t, to)
	})
}

// value reads elements in their own type. The library checks no buffer, so
// buffers are made for the type and space of the file here and nowhere else.
func (r *reader) value(where string, t, s C.hid_t, read func(C.hid_t, unsafe.Pointer) C.herr_t) (v hdf5.Value, err error) {
	if t < 0 || s < 0 {
		return v, failed(where, "reading type and shape")
	}
	if v.Type, err = readType(where, t); err != nil {
		return v, err
	}
	points, err := readSpace(where, s, &v)
	if err != nil {
		return v, err
	}
	if size := int64(v.Type.Size); points > 0 && size > r.bytes/int64(points) {
		return v, fmt.Errorf("libhdf5: %s: more bytes than the limit", where)
	}
	if err := r.take(where, int64(points)*int64(v.Type.Size)); err != nil {
		return v, err
	}
	if v.Type.Class == hdf5.ClassString && v.Type.VarLen {
		v.Strings, err = r.variable(where, t, s, points, read)
		return v, err
	}
	raw := make([]byte, points*v.Type.Size)
	if points > 0 && read(t, unsafe.Pointer(&raw[0])) < 0 {
		return v, failed(where, "reading data")
	}
	if v.Type.Class != hdf5.ClassString {
		v.Raw = raw
		return v, nil
	}
	v.Strings = []string{}
	for i := range points {
		v.Strings = append(v.Strings, unpad(raw[i*v.Type.Size:(i+1)*v.Type.Size], v.Type.Padding))
	}
	return v, nil
}

// variable reads strings of variable length, which the library allocates.
func (r *reader) variable(where string, t, s C.hid_t, points int, read func(C.hid_t, unsafe.Pointer) C.herr_t) ([]string, error) {
	out := make([]string, points)
	if points == 0 {
		return out, nil
	}
	buf := C.calloc(C.size_t(points), C.size_t(unsafe.Sizeof(uintptr(0))))
	if buf == nil {
		return nil, failed(where, "allocating")
	}
	defer C.free(buf)
	defer C.reclaim(t, s, buf)
	if read(t, buf) < 0 {
		return nil, failed(where, "reading strings")
	}
	for i, c := range unsafe.Slice((**C.char)(buf), points) {
		if c != nil {
			out[i] = C.GoString(c)
		}
	}
	return out, nil
}

func unpad(b []byte, p hdf5.Padding) string {
	switch p {
	case hdf5.NullPadded:
		return strings.TrimRight(string(b), "\x00")
	case hdf5.SpacePadded:
		return strings.TrimRight(string(b), " ")
	}
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}
