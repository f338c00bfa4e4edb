package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/serve/page"
)

func (a *app) siteCommand() *cobra.Command {
	var out, program string
	cmd := &cobra.Command{
		Use:   "site -o DIR",
		Short: "Write the page of serve as a static site that runs models in the browser",
		Long: `site writes the page that serve shows as a folder for any host of files. A .h5 or
.keras that is dropped on it is looked at and run in the browser, by kerasrun as
WebAssembly; the file and the rows stay on the machine.

The program for browsers is not within this one, which it would double. It is two
files, ` + page.Program + ` and ` + page.Glue + `, which a release has beside its binaries. They
are looked for in --wasm FOLDER, or else beside kerasrun; or else the go command
compiles them, where that is there and the current folder is in kerasrun's source.`,
		Example: example(
			"kerasrun site -o site && python3 -m http.server --directory site",
			"kerasrun site -o site --wasm ~/Downloads",
		),
		Args: cobra.NoArgs,
		RunE: work(func(ctx context.Context, _ []string) error { return a.site(ctx, out, program) }),
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "folder for the site, new or empty")
	cmd.Flags().StringVar(&program, "wasm", "", "folder that holds "+page.Program+" and "+page.Glue)
	obligatory(cmd, "output")
	return cmd
}

func (a *app) site(ctx context.Context, out, folder string) error {
	program, done, err := sitePrograms(ctx, folder)
	if err != nil {
		return err
	}
	defer done()
	if err := page.WriteSite(out, program); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: serve it with any host of files, such as python3 -m http.server --directory %s\n", out, out)
	return err
}

// sitePrograms finds the program for browsers, or compiles it. done removes what was
// made for it.
func sitePrograms(ctx context.Context, folder string) (program fs.FS, done func(), err error) {
	done = func() {}
	if folder != "" {
		return os.DirFS(folder), done, holdsPrograms(folder)
	}
	if self, err := os.Executable(); err == nil && holdsPrograms(filepath.Dir(self)) == nil {
		return os.DirFS(filepath.Dir(self)), done, nil
	}
	dir, err := os.MkdirTemp("", "kerasrun-site")
	if err != nil {
		return nil, nil, err
	}
	done = func() { _ = os.RemoveAll(dir) }
	if err := compileSite(ctx, dir); err != nil {
		done()
		return nil, nil, fmt.Errorf("the program for browsers is neither beside kerasrun nor in --wasm FOLDER (a release has it: %s and %s), and it cannot be compiled here: %w",
			page.Program, page.Glue, err)
	}
	return os.DirFS(dir), done, nil
}

func holdsPrograms(folder string) error {
	for _, name := range []string{page.Program, page.Glue} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("--wasm: wanted a folder that holds %s and %s: %w", page.Program, page.Glue, err)
		}
	}
	return nil
}

// compileSite has the go command make the program and what connects it.
func compileSite(ctx context.Context, dir string) error {
	plain := filepath.Join(dir, "kerasrun.wasm")
	if _, err := goCommand(ctx, "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", plain, "github.com/kerasrun/kerasrun/serve/page/wasm"); err != nil {
		return err
	}
	root, err := goCommand(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", page.Glue))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, page.Glue), glue, 0o644); err != nil {
		return err
	}
	return pack(filepath.Join(dir, page.Program), plain)
}

// goCommand runs the go command for browsers and returns what it prints.
func goCommand(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return string(out), nil
}

// pack writes a file as gzip.
func pack(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	z, _ := gzip.NewWriterLevel(out, gzip.BestCompression) // the level is one of gzip's
	if _, err := io.Copy(z, in); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return out.Close()
}
