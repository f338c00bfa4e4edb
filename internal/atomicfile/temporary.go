package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// marker stands in the names of all our temporary files.
const marker = ".kerasrun-"

// create opens a temporary file beside target: .NAME.kerasrun-PID-RANDOM. Where
// it will replace a file it is nobody else's to read before it has that file's
// mode.
func create(target string, old fs.FileInfo) (*os.File, error) {
	dir, base := filepath.Split(target)
	sweep(dir)
	mode := fs.FileMode(0o666)
	if old != nil {
		mode = 0o600
	}
	if len(base) > 150 { // names have at most 255 bytes
		base = base[:150]
	}
	for {
		name := fmt.Sprintf(".%s%s%d-%08x", base, marker, os.Getpid(), rand.Uint32())
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			lock(f)
		}
		return f, err
	}
}

// sweep removes the temporary files of runs that are no more: ours by their
// name, of a process that does not live, and locked by nobody.
func sweep(dir string) {
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // writing will say it
	}
	for _, e := range entries {
		pid, ours := owner(e.Name())
		if !ours || !e.Type().IsRegular() || alive(pid) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if f, err := os.Open(path); err == nil {
			if lock(f) {
				os.Remove(path)
			}
			f.Close()
		}
	}
}

// owner tells the process that a temporary file's name names.
func owner(name string) (pid int, ours bool) {
	i := strings.LastIndex(name, marker)
	if i < 1 || name[0] != '.' {
		return 0, false
	}
	number, random, ok := strings.Cut(name[i+len(marker):], "-")
	pid, err := strconv.Atoi(number)
	if !ok || err != nil || pid <= 0 || len(random) != 8 {
		return 0, false
	}
	_, err = strconv.ParseUint(random, 16, 32)
	return pid, err == nil
}
