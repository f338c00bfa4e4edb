package page

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of the program that a site runs: the program, packed, and what connects
// it to JavaScript, of the Go that compiled it.
const (
	Program = "kerasrun.wasm.gz"
	Glue    = "wasm_exec.js"
)

// WriteSite writes the page as a static site into a folder, which must not be there
// or be empty. program holds Program and Glue. A browser needs a host for it, any
// that serves files.
func WriteSite(dir string, program fs.FS) error {
	old, err := os.ReadDir(dir)
	if err == nil && len(old) > 0 {
		return fmt.Errorf("%s: wanted a new or an empty folder, received one that holds %s", dir, old[0].Name())
	}
	if err := os.MkdirAll(filepath.Join(dir, "page"), 0o755); err != nil {
		return err
	}
	write := func(from fs.FS, name, to string) error {
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, filepath.FromSlash(to)), data, 0o644)
	}
	for _, name := range []string{Program, Glue} { // which may not be there
		if err := write(program, name, "page/"+name); err != nil {
			return err
		}
	}
	return fs.WalkDir(static(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || name == "index.html":
			return err
		case name == "site.html":
			return write(static(), name, "index.html")
		}
		return write(static(), name, name)
	})
}
