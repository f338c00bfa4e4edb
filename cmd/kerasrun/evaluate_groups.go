package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// maxGroups is the most groups that are measured: a column with more values names
// rows.
const maxGroups = 1000

// group is what a model comes to on the rows with one value of a column.
type group struct {
	value string
	rows  int
	logs  []train.Log
}

// groupsBy measures the rows of each value by themselves, sorted by value.
func groupsBy(ctx context.Context, m *keras.Model, data *train.Data, column *runtime.Tensor, config train.Config) ([]group, error) {
	rows := map[string][]int{}
	for i, v := range column.Strings() {
		rows[v] = append(rows[v], i)
		if len(rows) > maxGroups {
			return nil, fmt.Errorf("wanted at most %d groups, received more in the first %d rows", maxGroups, i+1)
		}
	}
	var groups []group
	for _, value := range slices.Sorted(maps.Keys(rows)) {
		logs, err := train.Evaluate(ctx, m, data.Take(rows[value]), config)
		if err != nil {
			return nil, fmt.Errorf("group %q: %w", value, err)
		}
		groups = append(groups, group{value, len(rows[value]), logs})
	}
	return groups, nil
}

// printGroups writes a table, a line for each group.
func printGroups(to io.Writer, by string, groups []group) error {
	if groups == nil {
		return nil
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n%s\trows", by)
	for _, l := range groups[0].logs {
		fmt.Fprintf(w, "\t%s", l.Name)
	}
	fmt.Fprintln(w)
	for _, g := range groups {
		fmt.Fprintf(w, "%q\t%d", g.value, g.rows)
		for _, l := range g.logs {
			fmt.Fprintf(w, "\t%.6g", l.Value)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

// groupsJSON are the groups by value: rows, and numbers by name.
func groupsJSON(groups []group) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, g := range groups {
		numbers := map[string]any{"rows": g.rows}
		for _, l := range g.logs {
			numbers[l.Name] = finite(l.Value)
		}
		out[g.value] = numbers
	}
	return out
}
