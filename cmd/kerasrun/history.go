package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/kerasrun/kerasrun/internal/chart"
	"github.com/kerasrun/kerasrun/train"
)

// writeHistory writes what Keras' History.history holds, in its order. What is
// not finite is null.
func (a *app) writeHistory(path string, h *train.History) error {
	return a.writeFile(path, func(w *bufio.Writer) error {
		w.WriteString("{")
		for i, name := range h.Names {
			values := make([]*float64, len(h.Epochs[name]))
			for k, v := range h.Epochs[name] {
				values[k] = finite(v)
			}
			key, err := json.Marshal(name)
			if err != nil {
				return err
			}
			list, err := json.Marshal(values)
			if err != nil {
				return err
			}
			if i > 0 {
				w.WriteString(",")
			}
			fmt.Fprintf(w, "\n  %s: %s", key, list)
		}
		_, err := w.WriteString("\n}\n")
		return err
	})
}

// plotFormat checks the name of a picture.
func plotFormat(path string) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png", ".svg":
		return nil
	}
	return fmt.Errorf("--plot must end in .png or .svg, received %q", path)
}

// writePlot draws the losses, validation included, by epoch.
func (a *app) writePlot(path string, h *train.History) error {
	c := chart.Chart{Title: "Loss", X: "epoch"}
	for _, name := range h.Names {
		if strings.HasSuffix(name, "loss") {
			c.Lines = append(c.Lines, chart.Line{Name: name, Y: h.Epochs[name]})
		}
	}
	return a.writeFile(path, func(w *bufio.Writer) error {
		if strings.EqualFold(filepath.Ext(path), ".svg") {
			return c.SVG(w)
		}
		return c.PNG(w)
	})
}
