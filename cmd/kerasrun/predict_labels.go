package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// ranking turns the scores of classes into the labels of the best.
type ranking struct {
	labels []string
	top    int
}

// newRanking reads labels, a line each or an array of JSON, for the one output of
// a model. Without a file the labels are numbers.
func newRanking(path string, top int, outputs []keras.Port) (*ranking, error) {
	if len(outputs) != 1 || len(outputs[0].Shape) != 2 || outputs[0].Shape[1] < 1 || outputs[0].DType != runtime.Float32 {
		return nil, fmt.Errorf("--labels and --top need a model with one output of a score for each class")
	}
	classes := outputs[0].Shape[1]
	r := &ranking{top: max(1, top)}
	if r.top > classes {
		return nil, fmt.Errorf("--top must be at most %d, the number of classes, received %d", classes, top)
	}
	if path == "" {
		for i := range classes {
			r.labels = append(r.labels, strconv.Itoa(i))
		}
		return r, nil
	}
	var err error
	if r.labels, err = readLabels(path); err != nil {
		return nil, err
	}
	if len(r.labels) != classes {
		return nil, fmt.Errorf("%s: wanted %d labels, as the output %q has scores, received %d", path, classes, outputs[0].Name, len(r.labels))
	}
	return r, nil
}

// readLabels reads names of classes in order, a line each or an array of JSON.
func readLabels(path string) ([]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(strings.TrimSpace(string(text)), "[") {
		var labels []string
		if err := json.Unmarshal(text, &labels); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return labels, nil
	}
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n"), nil
}

// ports are label and score, numbered where there are several.
func (r *ranking) ports() []keras.Port {
	var out []keras.Port
	for k := range r.top {
		number := ""
		if r.top > 1 {
			number = fmt.Sprint("_", k+1)
		}
		row := runtime.Shape{runtime.Unknown}
		out = append(out, keras.Port{Name: "label" + number, Type: runtime.Type{DType: runtime.String, Shape: row}},
			keras.Port{Name: "score" + number, Type: runtime.Type{DType: runtime.Float32, Shape: row}})
	}
	return out
}

// of ranks the rows of scores. Of equal ones the class with the lower number comes
// first. A score that is no number comes last, and has no label.
func (r *ranking) of(scores *runtime.Tensor) ([]*runtime.Tensor, error) {
	rows, classes := scores.Shape()[0], len(r.labels)
	labels, values := make([][]string, r.top), make([][]float32, r.top)
	order := make([]int, classes)
	for row := range rows {
		s := scores.Float32s()[row*classes : (row+1)*classes]
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(s[b], s[a]) })
		for k := range r.top {
			label := r.labels[order[k]]
			if math.IsNaN(float64(s[order[k]])) {
				label = ""
			}
			labels[k], values[k] = append(labels[k], label), append(values[k], s[order[k]])
		}
	}
	var out []*runtime.Tensor
	for k := range r.top {
		l, err := runtime.TensorOf(labels[k], rows)
		if err != nil {
			return nil, err
		}
		v, err := runtime.TensorOf(values[k], rows)
		if err != nil {
			return nil, err
		}
		out = append(out, l, v)
	}
	return out, nil
}
