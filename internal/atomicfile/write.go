package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file so that path holds the old content or the new one at any
// moment: into a temporary file in the same folder, which is brought to disk and
// then renamed. A symbolic link stays one: what it points to is replaced. A file
// that was there keeps its mode and, where the system lets us, its owner; a new
// one gets what the umask leaves. Temporary files of killed runs are swept from
// the folder. What is no regular file is refused.
func Write(path string, write func(io.Writer) error) (err error) {
	target, err := resolve(path)
	if err != nil {
		return err
	}
	old, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !old.Mode().IsRegular():
		return fmt.Errorf("%s: not a regular file", path)
	}
	f, err := create(target, old)
	if err != nil {
		return naming(path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(&file{f, path}); err != nil {
		return err
	}
	if old != nil {
		keepOwner(f, old) // before the mode: a change of owner takes bits away
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			return naming(path, err)
		}
	}
	if err := f.Sync(); err != nil {
		return naming(path, err)
	}
	if err := f.Close(); err != nil {
		return naming(path, err)
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return err
	}
	// The rename itself is on disk once the folder is. Not every system can
	// sync a folder; then it is as safe as that system makes it.
	if d, openErr := os.Open(filepath.Dir(target)); openErr == nil {
		_ = d.Sync()
		d.Close()
	}
	return nil
}

// file is the temporary file, whose errors name the one that was asked for.
type file struct {
	f    *os.File
	path string
}

func (w *file) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	return n, naming(w.path, err)
}

// naming puts the file that was asked for in the place of the temporary one.
func naming(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: path, Err: p.Err}
	}
	return err
}

// Writable fails early where Write would fail late.
func Writable(path string) error {
	target, err := resolve(path)
	if err != nil {
		return err
	}
	f, err := create(target, nil)
	if err != nil {
		return naming(path, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// resolve follows symbolic links, also to what is not there yet.
func resolve(path string) (string, error) {
	const most = 40
	for range most {
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return path, nil // whatever else is wrong shows later
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", fmt.Errorf("%s: more than %d symbolic links", path, most)
}
