package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
)

// suggestions are what the shell offers for flags, by name.
var suggestions = map[string]func(args []string) []string{
	"head":      func([]string) []string { return headNames() },
	"heads":     func([]string) []string { return headNames() },
	"format":    func([]string) []string { return table.FormatNames() },
	"header":    func([]string) []string { return []string{"auto", "yes", "no"} },
	"optimizer": func([]string) []string { return optimizers.Names() },
	"loss":      func([]string) []string { return losses.Names() },
	"metrics":   func([]string) []string { return metrics.Names() },
	"freeze":    layerNames,
	"keep":      layerNames,
	"mode":      func([]string) []string { return []string{"int8", "int4"} },
}

// suggest completes the flags and the models of a verb. Where a flag takes a
// list, what stands before the last comma is kept.
func suggest(c *cobra.Command) {
	for name, values := range suggestions {
		f := c.Flags().Lookup(name)
		if f == nil {
			continue
		}
		list := f.Value.Type() == "stringSlice"
		err := c.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			before := ""
			if i := strings.LastIndexByte(typed, ','); list {
				before = typed[:i+1]
			}
			var out []string
			for _, v := range values(args) {
				if strings.HasPrefix(before+v, typed) {
					out = append(out, before+v)
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		})
		if err != nil {
			panic(err) // registered twice: a mistake in this package
		}
	}
	if strings.Contains(c.Use, " MODEL") {
		c.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 { // rows
				return nil, cobra.ShellCompDirectiveDefault
			}
			return []string{"h5", "hdf5", "keras"}, cobra.ShellCompDirectiveFilterFileExt
		}
	}
}

func headNames() []string {
	var out []string
	for _, h := range keras.Heads() {
		out = append(out, string(h.Head))
	}
	return out
}

// layerNames are those of the model that was named before, nested ones with it.
func layerNames(args []string) []string {
	if len(args) == 0 {
		return nil
	}
	m, err := keras.Load(args[0])
	if err != nil {
		return nil
	}
	return namesIn(m.Root(), nil)
}

func namesIn(m layers.Model, out []string) []string {
	for _, l := range m.Layers() {
		out = append(out, l.Base().Name)
		if inner, ok := l.(layers.Model); ok {
			out = namesIn(inner, out)
		}
	}
	return out
}
