package table

// missingWords are what pandas takes for a missing value by default.
var missingWords = map[string]bool{}

func init() {
	for _, w := range []string{"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"} {
		missingWords[w] = true
	}
}

// absent appends what stands for a missing value, if anything does.
func (c *cells) absent() error {
	if c.missing == "" && !c.kept {
		return wanted("a value", "")
	}
	return c.text(c.missing)
}

// newCells are empty cells for each tensor of a layout.
func (w *Wanted) newCells(l *Layout) []cells {
	out := newCells(l)
	for i, f := range l.Feeds {
		if out[i].kept = f.Kept; !f.Kept {
			out[i].missing = w.Missing
		}
	}
	return out
}
