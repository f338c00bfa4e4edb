package serve

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stamp tells whether files have changed: cheaply by sizes and times, and where
// those differ by content.
type stamp struct {
	path string // of the model
	look string // sizes and times
	hash [sha256.Size]byte
}

const maxFiles = 10_000 // of a model that is a folder

// versionsAt lists where the versions of a model are: PATH is a model, or a folder
// that holds one, of version 1, or a folder of folders that are named by numbers, as TensorFlow Serving has
// it. Only the newest n are returned.
func versionsAt(path string, n int) (map[int64]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return map[int64]string{1: path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	found := map[int64]string{}
	var numbers []int64
	for _, e := range entries {
		number, err := strconv.ParseInt(e.Name(), 10, 64)
		if err != nil || number < 1 {
			continue
		}
		at := filepath.Join(path, e.Name())
		if info, err := os.Stat(at); err != nil || !info.IsDir() {
			continue
		}
		found[number] = at
		numbers = append(numbers, number)
	}
	if len(numbers) == 0 {
		return map[int64]string{1: fileIn(path)}, nil
	}
	slices.Sort(numbers)
	for _, old := range numbers[:max(0, len(numbers)-n)] {
		delete(found, old)
	}
	for number, at := range found {
		found[number] = fileIn(at)
	}
	return found, nil
}

// fileIn returns the one model file in a folder, or else the folder, which may be
// a model itself.
func fileIn(folder string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return folder
	}
	var files []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".keras", ".h5", ".hdf5":
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 1 {
		return files[0]
	}
	return folder
}

// stampOf looks at the files of a model. The hash is that of before where sizes and
// times are, too.
func stampOf(path string, before stamp) (stamp, error) {
	files, look, err := filesOf(path)
	if err != nil {
		return stamp{}, err
	}
	s := stamp{path: path, look: look}
	if s.path == before.path && s.look == before.look {
		return before, nil
	}
	h := sha256.New()
	for _, name := range files {
		fmt.Fprintf(h, "%q\n", name[len(path):])
		if err := hashFile(h, name); err != nil {
			return stamp{}, err
		}
	}
	h.Sum(s.hash[:0])
	return s, nil
}

func hashFile(to io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}

// filesOf lists the regular files at path, and their sizes and times.
func filesOf(path string) (files []string, look string, err error) {
	var b strings.Builder
	add := func(name string, info fs.FileInfo) {
		files = append(files, name)
		fmt.Fprintf(&b, "%s %d %s\n", name, info.Size(), info.ModTime().Format(time.RFC3339Nano))
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if info.Mode().IsRegular() {
		add(path, info)
		return files, b.String(), nil
	}
	if !info.IsDir() {
		return nil, "", fmt.Errorf("%s: wanted a file or a folder", path)
	}
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if len(files) == maxFiles {
			return fmt.Errorf("%s: wanted at most %d files, received more", path, maxFiles)
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			add(name, info)
		}
		return err
	})
	return files, b.String(), err
}
