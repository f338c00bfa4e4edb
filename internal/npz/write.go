package npz

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteNPY writes a .npy file, little endian and in C order. It fails where
// shape and data disagree or DType does not name the type of Data.
func WriteNPY(w io.Writer, a *Array) error {
	if err := writeArray(w, a); err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}

// WriteNPZ writes a .npz archive whose members are stored, not packed. The same
// arrays give the same bytes: no clock is read.
func WriteNPZ(w io.Writer, members []Named) error {
	z := zip.NewWriter(w)
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if m.Name == "" || seen[m.Name] || !utf8.ValidString(m.Name) {
			return fmt.Errorf("npz: member names must be UTF-8, not empty and different, received %q", m.Name)
		}
		seen[m.Name] = true
		f, err := z.CreateHeader(&zip.FileHeader{Name: m.Name + ".npy", Method: zip.Store})
		if err != nil {
			return fmt.Errorf("npz: member %q: %w", m.Name, err)
		}
		if err := writeArray(f, m.Array); err != nil {
			return fmt.Errorf("npz: member %q: %w", m.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("npz: %w", err)
	}
	return nil
}

func writeArray(w io.Writer, a *Array) error {
	if a == nil {
		return errors.New("array must not be nil")
	}
	d, err := a.check()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	writeHeader(out, d, a.Shape)
	if texts, ok := a.Data.([]string); ok {
		for i, s := range texts {
			if err := writeText(out, d, s); err != nil {
				return fmt.Errorf("element %d: %w", i, err)
			}
		}
	} else if err := binary.Write(out, binary.LittleEndian, a.Data); err != nil {
		return err
	}
	return out.Flush()
}

// check compares DType, Shape and Data.
func (a *Array) check() (dtype, error) {
	d, err := parseDType(a.DType)
	if err != nil {
		return d, err
	}
	var n int
	switch s := a.Data.(type) {
	case []float32:
		n = len(s)
	case []float64:
		n = len(s)
	case []int8:
		n = len(s)
	case []int16:
		n = len(s)
	case []int32:
		n = len(s)
	case []int64:
		n = len(s)
	case []uint8:
		n = len(s)
	case []uint16:
		n = len(s)
	case []uint32:
		n = len(s)
	case []uint64:
		n = len(s)
	case []bool:
		n = len(s)
	case []string:
		n = len(s)
	default:
		return d, fmt.Errorf("data must be a slice of numbers, booleans or strings, received %T", a.Data)
	}
	natural := nameOf(a.Data)
	text := d.kind == 'U' || d.kind == 'S'
	if natural[0] == 'U' != text || !text && d.name() != natural && !(d.name() == "f2" && natural == "u2") {
		return d, fmt.Errorf("dtype %s does not fit data of type %T", a.DType, a.Data)
	}
	wanted, err := elements(a.Shape)
	if err != nil {
		return d, err
	}
	if wanted != n {
		return d, fmt.Errorf("shape %v needs %d elements, received %d", a.Shape, wanted, n)
	}
	if len(a.Shape) > maxRank {
		return d, fmt.Errorf("rank must be <= %d, received %d", maxRank, len(a.Shape))
	}
	return d, nil
}

// writeHeader pads the header with spaces so that the elements begin at a
// multiple of 64, as NumPy does. Errors stay in w until it is flushed.
func writeHeader(w *bufio.Writer, d dtype, shape []int) {
	order := "<"
	if d.kind == 'S' || d.stored() == 1 {
		order = "|"
	}
	dims := make([]string, len(shape))
	for i, n := range shape {
		dims[i] = strconv.Itoa(n)
	}
	tuple := strings.Join(dims, ", ")
	if len(shape) == 1 {
		tuple += ","
	}
	text := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': False, 'shape': (%s), }", order, d.name(), tuple)
	prefix := len(magic) + 4
	pad := 63 - (prefix+len(text))%64
	text += strings.Repeat(" ", pad) + "\n"
	w.WriteString(magic)
	w.Write([]byte{1, 0, byte(len(text)), byte(len(text) >> 8)})
	w.WriteString(text)
}

func writeText(w *bufio.Writer, d dtype, s string) error {
	if d.kind == 'S' {
		if len(s) > d.size {
			return fmt.Errorf("string must be <= %d bytes, received %d", d.size, len(s))
		}
		w.WriteString(s)
		w.Write(make([]byte, d.size-len(s)))
		return nil
	}
	runes := []rune(s)
	if !utf8.ValidString(s) || len(runes) > d.size {
		return fmt.Errorf("string must be UTF-8 of <= %d characters, received %.40q", d.size, s)
	}
	for len(runes) < d.size {
		runes = append(runes, 0)
	}
	return binary.Write(w, binary.LittleEndian, runes)
}
