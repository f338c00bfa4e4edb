package keras

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/layers"
)

func place(file, path, layer string) string {
	var s string
	if file != "" {
		s = file + ": "
	}
	if path != "" {
		s += path + ": "
	}
	if layer != "" {
		s += fmt.Sprintf("layer %q ", layer)
	}
	return s
}

// named sets the file in errors of this package and turns those of the HDF5
// reader into them.
func named(file string, err error) error {
	var (
		format      *FormatError
		unsupported *UnsupportedError
		limit       *LimitError
		h5format    *hdf5.FormatError
		h5missing   *hdf5.NotFoundError
		h5no        *hdf5.UnsupportedError
		h5limit     *hdf5.LimitError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &format):
		if format.File == "" {
			format.File = file
		}
		return format
	case errors.As(err, &unsupported):
		if unsupported.File == "" {
			unsupported.File = file
		}
		return unsupported
	case errors.As(err, &limit):
		if limit.File == "" {
			limit.File = file
		}
		return limit
	case errors.As(err, &h5limit):
		return &LimitError{File: file, Path: h5limit.Path, Limit: "HDF5." + h5limit.Limit, Max: h5limit.Max, Asked: h5limit.Asked}
	case errors.As(err, &h5no):
		return &UnsupportedError{File: file, Problems: []layers.Problem{{Where: h5no.Path, What: "HDF5 feature: " + h5no.Feature}}}
	case errors.As(err, &h5missing):
		found := h5missing.Found
		if found == "" {
			found = "nothing"
		}
		return &FormatError{File: file, Path: h5missing.Path, What: fmt.Sprintf("%q:", h5missing.Name), Wanted: "a " + h5missing.Wanted, Received: found}
	case errors.As(err, &h5format):
		return &FormatError{File: file, Err: err}
	}
	return err
}
