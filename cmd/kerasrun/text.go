package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// microseconds writes a time with a unit that suits it.
func microseconds(us float64) string {
	switch {
	case us < 1e3:
		return fmt.Sprintf("%.3g µs", us)
	case us < 1e6:
		return fmt.Sprintf("%.4g ms", us/1e3)
	}
	return fmt.Sprintf("%.4g s", us/1e6)
}

// thousands writes a whole number in groups of three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// byteSize writes a size as Keras' summaries do.
func byteSize(n int64) string {
	v, units := float64(n), []string{"B", "KB", "MB", "GB", "TB"}
	for len(units) > 1 && v >= 1024 {
		v, units = v/1024, units[1:]
	}
	return fmt.Sprintf("%.2f %s", v, units[0])
}

// textTable is a table whose columns are as wide as their content.
type textTable struct {
	rows    [][]string
	isRight map[int]bool
}

// newTable starts a table, with a header if any names are given.
func newTable(header ...string) *textTable {
	t := &textTable{isRight: map[int]bool{}}
	if len(header) > 0 {
		t.add(header...)
	}
	return t
}

// right aligns columns to the right.
func (t *textTable) right(columns ...int) {
	for _, c := range columns {
		t.isRight[c] = true
	}
}

func (t *textTable) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *textTable) widths() []int {
	if len(t.rows) == 0 {
		return nil
	}
	w := make([]int, len(t.rows[0]))
	for _, r := range t.rows {
		for i, c := range r {
			for line := range strings.SplitSeq(c, "\n") {
				w[i] = max(w[i], utf8.RuneCountInString(line))
			}
		}
	}
	return w
}

// pad fills a cell up to a width.
func (t *textTable) pad(column int, s string, width int) string {
	space := strings.Repeat(" ", width-utf8.RuneCountInString(s))
	if t.isRight[column] {
		return space + s
	}
	return s + space
}

// String draws the table with two spaces between its columns.
func (t *textTable) String() string {
	var b strings.Builder
	widths := t.widths()
	for _, r := range t.rows {
		var line []string
		for i, c := range r {
			line = append(line, t.pad(i, c, widths[i]))
		}
		b.WriteString(strings.TrimRight(strings.Join(line, "  "), " ") + "\n")
	}
	return b.String()
}
