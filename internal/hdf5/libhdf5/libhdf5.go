//go:build libhdf5

package libhdf5

// #cgo pkg-config: hdf5
// #define H5_USE_110_API
// #include <hdf5.h>
import "C"

import (
	"fmt"
	"runtime"
	"sync"

	gonum "gonum.org/v1/hdf5"
)

// mu is held for every call into the library, which need not be thread-safe.
var mu sync.Mutex

// exclusive runs f alone. The library keeps its error stack, and the switch that
// keeps it from printing it, by thread.
func exclusive(f func() error) error {
	mu.Lock()
	defer mu.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.H5Eset_auto2(C.H5E_DEFAULT, nil, nil)
	return f()
}

// id is the library's handle behind one of gonum's.
func id(h interface{ ID() int64 }) C.hid_t { return C.hid_t(h.ID()) }

// closer closes one of gonum's handles when its work is done.
func closer(h interface{ Close() error }, err *error) {
	if e := h.Close(); e != nil && *err == nil {
		*err = fmt.Errorf("libhdf5: close: %w", e)
	}
}

func failed(path, what string) error {
	return fmt.Errorf("libhdf5: %s: %s failed", path, what)
}

// Version is that of the library in use.
func Version() (string, error) {
	var v gonum.Version
	err := exclusive(func() (err error) {
		v, err = gonum.LibVersion()
		return err
	})
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Release), err
}
