package callbacks

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/train"
)

// CSVLogger writes a row for each epoch, numbered from 0, as Keras does
// (keras/src/callbacks/csv_logger.py).
type CSVLogger struct {
	train.Silent
	Path      string
	Separator rune // 0 is a comma
	Append    bool // to a file that is there

	keys []string
}

// Begin makes the file.
func (c *CSVLogger) Begin(*train.Run) error {
	c.keys = nil
	mode := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if c.Append {
		mode = os.O_CREATE | os.O_WRONLY | os.O_APPEND
	}
	f, err := os.OpenFile(c.Path, mode, 0o666)
	if err != nil {
		return err
	}
	return f.Close()
}

// EpochEnd writes the row. Where there is no validation yet there are columns for
// one.
func (c *CSVLogger) EpochEnd(r *train.Run) error {
	first := c.keys == nil
	if first {
		for _, l := range r.Logs {
			c.keys = append(c.keys, l.Name)
		}
		slices.Sort(c.keys)
		if !slices.ContainsFunc(c.keys, func(k string) bool { return strings.HasPrefix(k, "val_") }) {
			for _, k := range slices.Clone(c.keys) {
				c.keys = append(c.keys, "val_"+k)
			}
		}
	}
	row := []string{strconv.Itoa(r.Epoch - 1)}
	for _, k := range c.keys {
		text := "NA"
		if v, ok := r.Log(k); ok {
			text = strconv.FormatFloat(v, 'g', -1, 64)
		}
		row = append(row, text)
	}
	f, err := os.OpenFile(c.Path, os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Stat()
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.UseCRLF = true // as Python's writer
	if c.Separator != 0 {
		w.Comma = c.Separator
	}
	rows := [][]string{row}
	if first && size.Size() == 0 {
		rows = [][]string{append([]string{"epoch"}, c.keys...), row}
	}
	return w.WriteAll(rows)
}
