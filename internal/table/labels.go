package table

import (
	"fmt"
	"strings"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// labelReader makes numbers of the targets that are names of classes.
type labelReader struct {
	Reader
	at     int // of the target among the tensors
	number map[string]int
	oneHot bool
	labels []string
	row    int // rows read
}

// labelled reads targets by w.Labels, if it has any. They are known once the rows
// are open.
func labelled(r Reader, w *Wanted) (Reader, error) {
	if w.Outputs == nil || w.Labels == nil {
		return r, nil
	}
	classes, err := classesOf(w.Outputs)
	if err != nil {
		return nil, err
	}
	if len(w.Labels) != max(2, classes) {
		return nil, fmt.Errorf("output %q has %d classes, received %d labels: %s", w.Outputs[0].Name, max(2, classes), len(w.Labels), brief(w.Labels))
	}
	l := &labelReader{Reader: r, at: len(w.Inputs), number: map[string]int{}, oneHot: w.OneHot && classes > 1, labels: w.Labels}
	for i, name := range w.Labels {
		if _, twice := l.number[strings.TrimSpace(name)]; twice {
			return nil, fmt.Errorf("label %q stands twice among the labels", name)
		}
		l.number[strings.TrimSpace(name)] = i
	}
	return l, nil
}

// classesOf is the size of the last axis of the one output, which scores classes.
func classesOf(outputs []keras.Port) (int, error) {
	if len(outputs) != 1 || len(outputs[0].Shape) != 2 || outputs[0].Shape[1] < 1 {
		return 0, fmt.Errorf("labels need a model with one output of a score for each class, or of one for two, received %s", describe(outputs))
	}
	return outputs[0].Shape[1], nil
}

// Next implements Reader.
func (l *labelReader) Next(n int) ([]*runtime.Tensor, error) {
	out, err := l.Reader.Next(n)
	if err != nil || out[l.at].DType() != runtime.String {
		return out, err
	}
	texts := out[l.at].Strings()
	width := 1
	if l.oneHot {
		width = len(l.labels)
	}
	y := make([]float32, len(texts)*width)
	for i, text := range texts {
		class, ok := l.number[strings.TrimSpace(text)]
		switch {
		case !ok:
			return nil, fmt.Errorf("row %d: wanted one of the labels %s for the target, received %q", l.row+i+1, brief(l.labels), text)
		case l.oneHot:
			y[i*width+class] = 1
		default:
			y[i] = float32(class)
		}
	}
	l.row += len(texts)
	t, err := runtime.TensorOf(y, len(texts), width)
	if err != nil {
		return nil, err
	}
	list := append([]*runtime.Tensor{}, out...) // out is the inner reader's own
	list[l.at] = t
	return list, nil
}
