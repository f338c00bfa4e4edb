package kerasbeam

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
)

// create writes a file that appears whole. Where the file system cannot rename, as
// object stores cannot, closing a file is what makes it appear.
func create(ctx context.Context, path string, write func(*bufio.Writer) error) (err error) {
	fs, err := filesystem.New(ctx, path)
	if err != nil {
		return err
	}
	defer fs.Close()
	rename, _ := fs.(filesystem.Renamer)
	remove, _ := fs.(filesystem.Remover)
	to := path
	if isLocal(path) && rename != nil && remove != nil {
		to = fmt.Sprintf("%s.part-%016x", path, rand.Uint64()) // workers may write the same file
	} else {
		rename = nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f, err := fs.OpenWrite(ctx, to)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		cancel() // so that an object store does not make it appear
	}
	err = errors.Join(err, f.Close())
	if rename == nil {
		return err
	}
	if err == nil {
		err = rename.Rename(ctx, to, path)
	}
	if err != nil {
		_ = remove.Remove(context.WithoutCancel(ctx), to)
	}
	return err
}

// isLocal reports whether a path is one of the machine's own files.
func isLocal(path string) bool { return !strings.Contains(path, "://") }
