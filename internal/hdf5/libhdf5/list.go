//go:build libhdf5

package libhdf5

/*
#define H5_USE_110_API
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	char **names;
	int *kinds;
	size_t n, room;
} listing;

static herr_t add(listing *l, const char *name, int kind) {
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		char **names = realloc(l->names, room * sizeof *names);
		if (!names) return -1;
		l->names = names;
		int *kinds = realloc(l->kinds, room * sizeof *kinds);
		if (!kinds) return -1;
		l->kinds = kinds;
		l->room = room;
	}
	if (!(l->names[l->n] = strdup(name))) return -1;
	l->kinds[l->n++] = kind;
	return 0;
}

// The kind of a hard link is that of its object; of others it is negative.
static herr_t add_link(hid_t group, const char *name, const H5L_info_t *link, void *data) {
	H5O_info_t object;
	if (link->type != H5L_TYPE_HARD) return add(data, name, -1 - (int)link->type);
	if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return -1;
	return add(data, name, (int)object.type);
}

static herr_t add_attr(hid_t object, const char *name, const H5A_info_t *info, void *data) {
	return add(data, name, 0);
}

static herr_t list_links(hid_t group, listing *l) {
	hsize_t at = 0;
	return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &at, add_link, l);
}

static herr_t list_attrs(hid_t object, listing *l) {
	hsize_t at = 0;
	return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &at, add_attr, l);
}

static void free_listing(listing *l) {
	for (size_t i = 0; i < l->n; i++) free(l->names[i]);
	free(l->names);
	free(l->kinds);
}
*/
import "C"

import "unsafe"

// entry is a name with, of a link, the kind of object it leads to.
type entry struct {
	name string
	kind int
}

const (
	kindGroup   = int(C.H5O_TYPE_GROUP)
	kindDataset = int(C.H5O_TYPE_DATASET)
)

// links lists the members of a group in one pass: asking for them by number, as
// gonum does, takes time in the square of their number.
func links(path string, group C.hid_t) ([]entry, error) {
	var l C.listing
	defer C.free_listing(&l)
	if C.list_links(group, &l) < 0 {
		return nil, failed(path, "listing links")
	}
	return entries(&l), nil
}

func attributes(path string, object C.hid_t) ([]entry, error) {
	var l C.listing
	defer C.free_listing(&l)
	if C.list_attrs(object, &l) < 0 {
		return nil, failed(path, "listing attributes")
	}
	return entries(&l), nil
}

func entries(l *C.listing) []entry {
	names := unsafe.Slice(l.names, l.n)
	kinds := unsafe.Slice(l.kinds, l.n)
	out := make([]entry, len(names))
	for i := range out {
		out[i] = entry{C.GoString(names[i]), int(kinds[i])}
	}
	return out
}
