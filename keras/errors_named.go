package keras

import (
	"errors"
	"fmt"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/internal/tfjs"
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

// named sets the file in errors of this package and turns those of the
// readers of containers into them.
func named(file string, err error) error {
	var (
		format      *FormatError
		unsupported *UnsupportedError
		limit       *LimitError
		h5format    *hdf5.FormatError
		h5missing   *hdf5.NotFoundError
		h5no        *hdf5.UnsupportedError
		h5limit     *hdf5.LimitError
		tfFormat    *tensorflow.FormatError
		tfNo        *tensorflow.UnsupportedError
		tfLimit     *tensorflow.LimitError
		jsFormat    *tfjs.FormatError
		jsNo        *tfjs.UnsupportedError
		jsLimit     *tfjs.LimitError
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
	case errors.As(err, &h5format), errors.As(err, &tfFormat), errors.As(err, &jsFormat):
		return &FormatError{File: file, Err: err}
	case errors.As(err, &tfNo), errors.As(err, &jsNo):
		return &UnsupportedError{File: file, Problems: []layers.Problem{{What: err.Error()}}}
	case errors.As(err, &tfLimit):
		return &LimitError{File: file, Path: tfLimit.File, Limit: limitOf(tfLimit.Limit), Max: tfLimit.Max, Asked: tfLimit.Asked}
	case errors.As(err, &jsLimit):
		return &LimitError{File: file, Path: jsLimit.File, Limit: limitOf(jsLimit.Limit), Max: jsLimit.Max, Asked: jsLimit.Asked}
	}
	return err
}

// limitOf names the field of Limits that a container's limit was made of.
func limitOf(name string) string {
	switch name {
	case "ProtoBytes", "TableBytes", "JSONBytes":
		return "ConfigBytes"
	case "Entries", "Weights":
		return "Nodes"
	}
	return name
}
