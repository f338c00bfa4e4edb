package keras

import "github.com/kerasrun/kerasrun/internal/hdf5"

// dataset is an array in a file of any format. Rules about weights see nothing
// else of a file.
type dataset interface {
	Path() string // its place, for messages and as the weight's FileName
	Shape() []int
	Len() int
	Bytes() int64  // size of what ReadRaw gives
	DType() string // NumPy's name: "float32", "float16", …
	ReadFloat32(dst []float32) error
	ReadInt64(dst []int64) error
	ReadRaw(dst []byte) error // little-endian, row-major
}

// h5Array is a dataset of an HDF5 file.
type h5Array struct{ *hdf5.Dataset }

// DType is the element type as NumPy names it.
func (a h5Array) DType() string { return dtypeName(a.Dataset) }

// ReadRaw reads the elements as they are, but little-endian.
func (a h5Array) ReadRaw(dst []byte) error {
	if err := a.Dataset.ReadRaw(dst); err != nil {
		return err
	}
	if t := a.Type(); t.BigEndian {
		swap(dst, t.Size)
	}
	return nil
}
