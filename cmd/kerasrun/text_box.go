package main

import "strings"

// box draws the table with lines around its cells, as Keras 3 does. A cell may
// have several lines.
func (t *textTable) box() string {
	widths := t.widths()
	var b strings.Builder
	rule := func(left, line, cross, right string) {
		for i, w := range widths {
			b.WriteString([]string{left, cross}[min(i, 1)] + strings.Repeat(line, w+2))
		}
		b.WriteString(right + "\n")
	}
	rule("┏", "━", "┳", "┓")
	for i, r := range t.rows {
		edge := "│"
		switch i {
		case 0:
			edge = "┃"
		case 1:
			rule("┡", "━", "╇", "┩")
		default:
			rule("├", "─", "┼", "┤")
		}
		t.boxRow(&b, r, widths, edge)
	}
	rule("└", "─", "┴", "┘")
	return b.String()
}

func (t *textTable) boxRow(b *strings.Builder, row []string, widths []int, edge string) {
	lines, height := make([][]string, len(row)), 1
	for i, c := range row {
		lines[i] = strings.Split(c, "\n")
		height = max(height, len(lines[i]))
	}
	for k := range height {
		b.WriteString(edge)
		for i := range row {
			cell := ""
			if k < len(lines[i]) {
				cell = lines[i][k]
			}
			b.WriteString(" " + t.pad(i, cell, widths[i]) + " " + edge)
		}
		b.WriteString("\n")
	}
}
