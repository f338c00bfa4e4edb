package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

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
are looked for in --wasm FOLDER, or else beside kerasrun. From source, scripts/wasm.sh
FOLDER builds them.`,
		Example: example(
			"kerasrun site -o site && python3 -m http.server --directory site",
			"kerasrun site -o site --wasm ~/Downloads",
		),
		Args: cobra.NoArgs,
		RunE: work(func(context.Context, []string) error { return a.site(out, program) }),
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "folder for the site, new or empty")
	cmd.Flags().StringVar(&program, "wasm", "", "folder that holds "+page.Program+" and "+page.Glue)
	obligatory(cmd, "output")
	return cmd
}

func (a *app) site(out, folder string) error {
	if folder == "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		folder = filepath.Dir(self)
	}
	if err := holdsPrograms(folder); err != nil {
		return err
	}
	if err := page.WriteSite(out, os.DirFS(folder)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%s: serve it with any host of files, such as python3 -m http.server --directory %s\n", out, out)
	return err
}

func holdsPrograms(folder string) error {
	for _, name := range []string{page.Program, page.Glue} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			return fmt.Errorf("wanted a folder that holds %s and %s, which a release has and scripts/wasm.sh builds; name it with --wasm: %w", page.Program, page.Glue, err)
		}
	}
	return nil
}
