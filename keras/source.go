package keras

import (
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// folder is where a model stands that is more than one file: a SavedModel, a
// TensorFlow.js model, a configuration with its weights beside it. It opens
// regular files only, and none outside of itself.
type folder struct{ fs.FS }

// Open opens a regular file.
func (f folder) Open(name string) (fs.File, error) {
	info, err := fs.Stat(f.FS, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &FormatError{Path: name, What: "content", Wanted: "a file", Received: info.Mode().Type().String()}
	}
	return f.FS.Open(name)
}

// has reports whether the folder holds a file of that name.
func (f folder) has(name string) bool {
	info, err := fs.Stat(f.FS, name)
	return err == nil && info.Mode().IsRegular()
}

// onDisk opens the folder of that name; links that lead out of it are errors.
func onDisk(name string) (folder, io.Closer, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return folder{}, nil, err
	}
	return folder{root.FS()}, root, nil
}

// openPath calls use with a loader of what stands at a path on disk.
func openPath(name string, opts []LoadOption, use func(*loader) error) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() {
		f, closer, err := onDisk(name)
		if err != nil {
			return err
		}
		defer closer.Close()
		l := newLoader(name, nil, 0, opts)
		l.folder = f
		return use(l)
	}
	f, closer, err := onDisk(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer closer.Close()
	file, size, err := open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	l := newLoader(name, file, size, opts)
	l.folder, l.name = f, filepath.Base(name)
	return use(l)
}

// openFS is openPath in a file system.
func openFS(fsys fs.FS, name string, opts []LoadOption, use func(*loader) error) error {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return err
	}
	l := newLoader(name, nil, 0, opts)
	l.beside = func(path string, use func(*loader) error) error { return openFS(fsys, path, nil, use) }
	if info.IsDir() {
		sub, err := fs.Sub(fsys, name)
		if err != nil {
			return err
		}
		l.folder = folder{sub}
		return use(l)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r, size, err := randomAccess(f, l)
	if err != nil {
		return named(name, err)
	}
	l.r, l.size = reading(l.ctx, r), size
	sub, err := fs.Sub(fsys, path.Dir(name))
	if err != nil {
		return err
	}
	l.folder, l.name = folder{sub}, path.Base(name)
	return use(l)
}
