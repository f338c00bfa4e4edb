package keras

import (
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/runtime"
)

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

// readWeight reads a dataset straight into the weight's final memory. The
// declared shape must be the one that the configuration gives.
func (l *loader) readWeight(d dataset, w *Weight) error {
	if !slices.Equal(d.Shape(), w.Shape) {
		return wrongShape(w, w.Shape, d)
	}
	if done, err := l.readFactor(d, w); done || err != nil {
		return err
	}
	v, err := l.allocate(d, w)
	if err != nil {
		return err
	}
	switch v.DType() {
	case runtime.Float32:
		err = readFloat32(d, v.Float32s())
	case runtime.Int64:
		err = d.ReadInt64(v.Int64s())
	case runtime.Int8:
		err = readInt8(d, w, v)
	default:
		wide := make([]int64, v.Len())
		if err = d.ReadInt64(wide); err == nil {
			narrow(v, wide)
		}
	}
	if err != nil {
		return err
	}
	if err := valid(d, w, v); err != nil {
		return err
	}
	w.Value, w.FileName = v, strings.TrimPrefix(d.Path(), "/")
	return l.keepStored(d, w)
}

// inPieces is a dataset of float32 that stands in its file as it is, so that any part
// can be read; parts may be read at the same time.
type inPieces interface {
	InPieces() bool
	ReadPiece(dst []float32, first int) error
}

// factorBytes is from what size on a weight is kept as products read it. Small ones
// are soon packed at need, and looked at more often.
const factorBytes = 1 << 20

// readFactor reads a large weight of which there are only products straight into the form
// that these read, some rows at a time on all cores, and reports whether it was one.
func (l *loader) readFactor(d dataset, w *Weight) (bool, error) {
	p, ok := d.(inPieces)
	if !ok || w.factor == 0 || w.Valid != nil || w.Type().DType != runtime.Float32 || 4*d.Len() < factorBytes || !p.InPieces() {
		return false, nil
	}
	rows, columns := w.factor, d.Len()/w.factor
	room := runtime.FactorLen(rows, columns)
	if room < 0 || room > d.Len()+d.Len()/16 { // much of it would be filling
		return false, nil
	}
	if err := l.budget.take(d.Path(), 4*int64(room)); err != nil {
		return true, err
	}
	v, set, err := runtime.NewFactor(rows, w.Shape...)
	if err != nil {
		return true, err
	}
	step := max(piece/columns, 8)
	err = eachPiece(rows, step, func() func(from, to int) error {
		buf := make([]float32, min(step, rows)*columns)
		return func(from, to int) error {
			b := buf[:(to-from)*columns]
			if err := p.ReadPiece(b, from*columns); err != nil {
				return err
			}
			set(from, b)
			return nil
		}
	})
	if err != nil {
		return true, err
	}
	w.Value, w.FileName = v, strings.TrimPrefix(d.Path(), "/")
	return true, nil
}

// piece is how many elements are read at a time: they are still in cache when they are
// packed.
const piece = 64 << 10

// eachPiece has 0 to n-1 read in pieces of step, on all cores. reader is called for each
// of these, and what it returns for pieces.
func eachPiece(n, step int, reader func() func(from, to int) error) error {
	var next atomic.Int64
	read := func() error {
		one := reader()
		for {
			to := int(next.Add(int64(step)))
			if to-step >= n {
				return nil
			}
			if err := one(to-step, min(to, n)); err != nil {
				return err
			}
		}
	}
	errs := make([]error, min(goruntime.GOMAXPROCS(0), (n+step-1)/step))
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = read() })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// readFloat32 reads the whole dataset, on all cores where it is large and lies in the
// file as it is.
func readFloat32(d dataset, dst []float32) error {
	p, ok := d.(inPieces)
	if !ok || len(dst) <= 2*piece || !p.InPieces() {
		return d.ReadFloat32(dst)
	}
	return eachPiece(len(dst), piece, func() func(from, to int) error {
		return func(from, to int) error { return p.ReadPiece(dst[from:to], from) }
	})
}

// valid returns an error where a number is none that the weight may hold.
func valid(d dataset, w *Weight, v *runtime.Tensor) error {
	if w.Valid == nil {
		return nil
	}
	for i, x := range v.Float32s() {
		if !w.Valid.Of(x) {
			return &FormatError{Path: d.Path(), Layer: w.Layer, What: fmt.Sprintf("%s: number %d of %s", w.Name, i, w.Shape), Wanted: w.Valid.Wanted, Received: fmt.Sprint(x)}
		}
	}
	return nil
}

// allocate takes the memory of a weight whose data the dataset holds.
func (l *loader) allocate(d dataset, w *Weight) (*runtime.Tensor, error) {
	t := w.Type()
	v, err := runtime.NewTensor(t.DType) // of rank 0: the size of one element
	if err == nil {
		if err = l.budget.take(d.Path(), int64(d.Len())*int64(v.DType().Size())); err == nil {
			v, err = runtime.NewTensor(t.DType, t.Shape...)
		}
	}
	return v, err
}

// keepStored keeps the bits of element types that the value does not hold.
func (l *loader) keepStored(d dataset, w *Weight) error {
	name := d.DType()
	if name == w.Value.DType().String() || w.Packed && name == w.DType {
		return nil
	}
	if err := l.budget.take(d.Path(), d.Bytes()); err != nil {
		return err
	}
	s := &Stored{Name: d.Path(), DType: name, Shape: slices.Clone(d.Shape()), Data: make([]byte, d.Bytes())}
	if err := d.ReadRaw(s.Data); err != nil {
		return err
	}
	w.Stored = s
	return nil
}

// readInt8 reads whole numbers from -128 to 127, which a file may hold as another type,
// or bytes that something is packed in.
func readInt8(d dataset, w *Weight, v *runtime.Tensor) error {
	switch {
	case d.DType() == "int8", w.Packed && d.DType() == w.DType:
		return d.ReadRaw(v.Bytes())
	case w.Packed:
		return &FormatError{Path: d.Path(), Layer: w.Layer, What: w.Name + ": type", Wanted: w.DType, Received: d.DType()}
	}
	wide := make([]float32, v.Len())
	if err := d.ReadFloat32(wide); err != nil {
		return err
	}
	for i, x := range wide {
		if x != float32(int8(x)) {
			return &FormatError{Path: d.Path(), Layer: w.Layer, What: w.Name, Wanted: "whole numbers from -128 to 127", Received: fmt.Sprint(x)}
		}
		v.Int8s()[i] = int8(x)
	}
	return nil
}

func narrow(v *runtime.Tensor, wide []int64) {
	for i, x := range wide {
		switch v.DType() {
		case runtime.Int32:
			v.Int32s()[i] = int32(x)
		case runtime.Bool:
			v.Bools()[i] = x != 0
		}
	}
}

func wrongShape(w *Weight, wanted runtime.Shape, d dataset) error {
	return &FormatError{Path: d.Path(), Layer: w.Layer, What: w.Name + ": shape", Wanted: wanted.String(), Received: runtime.Shape(d.Shape()).String()}
}

func wrongCount(layer, path string, wanted, received int) error {
	return &FormatError{Path: path, Layer: layer, What: "weights:", Wanted: fmt.Sprint(wanted), Received: fmt.Sprint(received)}
}
