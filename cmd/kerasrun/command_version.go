package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// release is the version of the sources, as CHANGELOG.md and the tag have it.
const release = "v0.1.0"

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: example("kerasrun version"),
		Args:    cobra.NoArgs,
		RunE: work(func(context.Context, []string) error {
			_, err := fmt.Fprintln(a.stdout, versionLine())
			return err
		}),
	}
}

// versionLine is what the verb and the flag print.
func versionLine() string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("kerasrun %s %s %s/%s", version(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// version is that of the sources, with the commit when it is known. A program
// that go install fetched as a module has the module's version.
func version(info *debug.BuildInfo) string {
	if info == nil {
		return release
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	revision := set["vcs.revision"]
	if revision == "" {
		if strings.HasPrefix(info.Main.Version, "v") {
			return info.Main.Version
		}
		return release
	}
	v := release + "+" + revision[:min(12, len(revision))]
	if set["vcs.modified"] == "true" {
		v += ".modified"
	}
	return v
}
