package npz

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// Archive is a .npz file in the order of its members.
type Archive []Named

// Get returns the array of that name, or nil.
func (a Archive) Get(name string) *Array {
	for _, m := range a {
		if m.Name == name {
			return m.Array
		}
	}
	return nil
}

// ReadFile reads the .npz file at path.
func ReadFile(path string, limits Limits) (Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a, err := Read(f, info.Size(), limits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// Read reads a .npz archive of size bytes. Every member must be a .npy array;
// names must differ. Nothing is written to disk.
func Read(r io.ReaderAt, size int64, limits Limits) (Archive, error) {
	limits = limits.withDefaults()
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	if err := checkMembers(z.File, size, limits); err != nil {
		return nil, fmt.Errorf("npz: %w", err)
	}
	left := &budget{limits.MaxBytes}
	out := make(Archive, 0, len(z.File))
	for _, f := range z.File {
		a, err := readMember(f, left)
		if err != nil {
			return nil, fmt.Errorf("npz: member %q: %w", f.Name, err)
		}
		out = append(out, Named{strings.TrimSuffix(f.Name, ".npy"), a})
	}
	return out, nil
}

// checkMembers looks at the directory alone, before anything is unpacked.
func checkMembers(files []*zip.File, size int64, limits Limits) error {
	if len(files) > limits.MaxMembers {
		return fmt.Errorf("members must be <= %d, received %d", limits.MaxMembers, len(files))
	}
	seen := make(map[string]bool, len(files))
	var total uint64
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".npy") {
			return fmt.Errorf("member %q: must be an array, its name must end in .npy", f.Name)
		}
		if f.Name == ".npy" || !utf8.ValidString(f.Name) {
			return fmt.Errorf("member %q: its name must be UTF-8 and not empty", f.Name)
		}
		if seen[f.Name] {
			return fmt.Errorf("member %q stands twice", f.Name)
		}
		seen[f.Name] = true
		if f.CompressedSize64 > uint64(size) {
			return fmt.Errorf("member %q: packed size must be <= %d, the file's own, received %d", f.Name, size, f.CompressedSize64)
		}
		if err := limits.checkRatio(f.UncompressedSize64, f.CompressedSize64); err != nil {
			return fmt.Errorf("member %q: %w", f.Name, err)
		}
		if total += f.UncompressedSize64; total < f.UncompressedSize64 || total > uint64(limits.MaxBytes) {
			return fmt.Errorf("member %q: all arrays together must be <= %d bytes", f.Name, limits.MaxBytes)
		}
	}
	// Members that overlap in the file pass one by one but not together.
	if err := limits.checkRatio(total, uint64(size)); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	return nil
}

func readMember(f *zip.File, left *budget) (*Array, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	a, err := readArray(r, int64(f.UncompressedSize64), left)
	if err != nil {
		return nil, err
	}
	// The checksum is compared at the end of the member only.
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, fmt.Errorf("%d bytes follow the array, must be none", n)
	}
	return a, nil
}
