package table

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// csvWriter writes a header with the names of the outputs, numbered where a row
// has several elements, and a line for each row.
type csvWriter struct {
	w       *bufio.Writer
	outputs []keras.Port
	sizes   []int // elements of a row of each output, once known
	line    []byte
	there   []byte // the header of a file that goes on
}

func writeCSV(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	return &csvWriter{w: w, outputs: outputs}, nil
}

// Write implements Writer.
func (c *csvWriter) Write(out []*runtime.Tensor) error {
	rows, err := rowsOf(out, c.outputs)
	if err != nil || rows == 0 {
		return err
	}
	if c.sizes == nil {
		if err := c.header(out, rows); err != nil {
			return err
		}
	}
	for r := range rows {
		c.line = c.line[:0]
		for i, t := range out {
			n := t.Len() / rows
			if n != c.sizes[i] {
				return fmt.Errorf("output %q has rows of %d and of %d elements: they fit no CSV; write JSON lines", c.outputs[i].Name, c.sizes[i], n)
			}
			for k := range n {
				if len(c.line) > 0 {
					c.line = append(c.line, ',')
				}
				c.line = inCSV.element(c.line, t, r*n+k)
			}
		}
		if _, err := c.w.Write(append(c.line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (c *csvWriter) header(out []*runtime.Tensor, rows int) error {
	for i, t := range out {
		n := t.Len() / rows
		c.sizes = append(c.sizes, n)
		for k := range n {
			if len(c.line) > 0 {
				c.line = append(c.line, ',')
			}
			name := c.outputs[i].Name
			if n > 1 {
				name += "_" + strconv.Itoa(k)
			}
			c.line = inCSV.quoted(c.line, name)
		}
	}
	c.line = append(c.line, '\n')
	if c.there != nil {
		return c.sameHeader()
	}
	_, err := c.w.Write(c.line)
	return err
}

// Close implements Writer.
func (c *csvWriter) Close() error { return nil }

// jsonWriter writes an object for each row, with nested arrays by output. What
// is not a number is null.
type jsonWriter struct {
	w       *bufio.Writer
	outputs []keras.Port
	keys    [][]byte
	line    []byte
}

func writeJSON(w *bufio.Writer, outputs []keras.Port) (Writer, error) {
	j := &jsonWriter{w: w, outputs: outputs}
	for _, o := range outputs {
		key, _ := json.Marshal(o.Name) // a string cannot fail
		j.keys = append(j.keys, append(key, ':'))
	}
	return j, nil
}

// Write implements Writer.
func (j *jsonWriter) Write(out []*runtime.Tensor) error {
	rows, err := rowsOf(out, j.outputs)
	if err != nil {
		return err
	}
	for r := range rows {
		j.line = append(j.line[:0], '{')
		for i, t := range out {
			if i > 0 {
				j.line = append(j.line, ',')
			}
			j.line = append(j.line, j.keys[i]...)
			j.nested(t, r*(t.Len()/rows), t.Shape()[min(1, len(t.Shape())):])
		}
		if _, err := j.w.Write(append(j.line, '}', '\n')); err != nil {
			return err
		}
	}
	return nil
}

// nested appends the elements from i on in the given shape and returns where
// they end.
func (j *jsonWriter) nested(t *runtime.Tensor, i int, shape []int) int {
	if len(shape) == 0 {
		j.line = inJSON.element(j.line, t, i)
		return i + 1
	}
	j.line = append(j.line, '[')
	for k := range shape[0] {
		if k > 0 {
			j.line = append(j.line, ',')
		}
		i = j.nested(t, i, shape[1:])
	}
	j.line = append(j.line, ']')
	return i
}

// Close implements Writer.
func (j *jsonWriter) Close() error { return nil }

var inCSV = notation{quoted: func(b []byte, s string) []byte {
	if s != "" && strings.TrimSpace(s) == s && !strings.ContainsAny(s, ",;\t\"\r\n") {
		return append(b, s...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}}

var inJSON = notation{nan: "null", quoted: func(b []byte, s string) []byte {
	text, _ := json.Marshal(s) // a string cannot fail
	return append(b, text...)
}}

func appendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

func appendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// appendFloat writes the shortest text that reads back as v.
func appendFloat(b []byte, v float32, nan string) []byte {
	if f := float64(v); nan != "" && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return append(b, nan...)
	}
	return strconv.AppendFloat(b, float64(v), 'g', -1, 32)
}
