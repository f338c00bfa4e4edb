package metrics

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	Register("IoU", func() Metric { return &IoU{Overlap: Overlap{SparseYTrue: true, SparseYPred: true}} })
	Register("MeanIoU", func() Metric { return &MeanIoU{Overlap: Overlap{SparseYTrue: true, SparseYPred: true}} })
	Register("OneHotIoU", func() Metric { return new(OneHotIoU) })
	Register("OneHotMeanIoU", func() Metric { return new(OneHotMeanIoU) })
	Register("BinaryIoU", func() Metric { return &BinaryIoU{TargetClassIDs: []int{0, 1}, Threshold: 0.5} })
}

// Overlap is what IoU and MeanIoU have in common: the intersection over the union
// of what is of a class and what is predicted to be, counted in a confusion matrix
// over the epoch (keras/src/metrics/iou_metrics.py). Keras 3 cuts the weights of
// samples to whole numbers.
type Overlap struct {
	NumClasses  int  `keras:"num_classes"`
	IgnoreClass *int `keras:"ignore_class"`  // targets of this class do not count
	SparseYTrue bool `keras:"sparse_y_true"` // targets are numbers of classes; otherwise their greatest element is the class
	SparseYPred bool `keras:"sparse_y_pred"` // the same of predictions
}

// Validate refuses what no matrix can be made for.
func (o *Overlap) Validate(d *layers.Decoder) { wantClasses(d, o.NumClasses) }

// maxClasses bounds the memory of a confusion matrix.
const maxClasses = 1000

func wantClasses(d *layers.Decoder, n int) {
	if n < 1 || n > maxClasses {
		d.Unsupported("num_classes must be from 1 to %d, received %d", maxClasses, n)
	}
}

// IoU is the mean over some classes.
type IoU struct {
	Common
	Overlap
	TargetClassIDs []int `keras:"target_class_ids"`
}

// Read builds the confusion matrix.
func (m *IoU) Read(c *Call) Reading { return m.matrix(c, m.TargetClassIDs) }

// MeanIoU is the mean over all classes that are there.
type MeanIoU struct {
	Common
	Overlap
}

// Read builds the confusion matrix.
func (m *MeanIoU) Read(c *Call) Reading { return m.matrix(c, nil) }

// OneHotIoU is IoU of one-hot targets.
type OneHotIoU struct {
	Common
	NumClasses     int   `keras:"num_classes"`
	TargetClassIDs []int `keras:"target_class_ids"`
	IgnoreClass    *int  `keras:"ignore_class"`
	SparseYPred    bool  `keras:"sparse_y_pred"`
}

// Validate refuses what no matrix can be made for.
func (m *OneHotIoU) Validate(d *layers.Decoder) { wantClasses(d, m.NumClasses) }

// Read builds the confusion matrix.
func (m *OneHotIoU) Read(c *Call) Reading {
	return Overlap{m.NumClasses, m.IgnoreClass, false, m.SparseYPred}.matrix(c, m.TargetClassIDs)
}

// OneHotMeanIoU is MeanIoU of one-hot targets.
type OneHotMeanIoU struct {
	Common
	NumClasses  int  `keras:"num_classes"`
	IgnoreClass *int `keras:"ignore_class"`
	SparseYPred bool `keras:"sparse_y_pred"`
}

// Validate refuses what no matrix can be made for.
func (m *OneHotMeanIoU) Validate(d *layers.Decoder) { wantClasses(d, m.NumClasses) }

// Read builds the confusion matrix.
func (m *OneHotMeanIoU) Read(c *Call) Reading {
	return Overlap{m.NumClasses, m.IgnoreClass, false, m.SparseYPred}.matrix(c, nil)
}

// BinaryIoU is the IoU of two classes, a prediction being of class 1 from the
// threshold on.
type BinaryIoU struct {
	Common
	TargetClassIDs []int   `keras:"target_class_ids"`
	Threshold      float64 `keras:"threshold"`
}

// Read builds the confusion matrix.
func (m *BinaryIoU) Read(c *Call) Reading {
	c.P = c.number(c.GreaterEqual(c.P, c.Scalar(float32(m.Threshold))))
	return Overlap{NumClasses: 2, SparseYTrue: true, SparseYPred: true}.matrix(c, m.TargetClassIDs)
}

// matrix counts, for each class of the targets and each predicted one, the
// elements; classes are those to report, nil all.
func (o Overlap) matrix(c *Call, classes []int) Reading {
	numbers := func(v *runtime.Value, sparse bool) *runtime.Value {
		if !sparse {
			v = c.ArgMax(v)
		}
		return c.Reshape(c.Cast(v, runtime.Int32), runtime.Infer)
	}
	n := o.NumClasses
	y := numbers(c.Targets, o.SparseYTrue)
	row, column := c.OneHot(y, n), c.OneHot(numbers(c.P, o.SparseYPred), n) // numbers of no class are zeros
	if o.IgnoreClass != nil {
		valid := c.number(c.NotEqual(y, c.Cast(c.Scalar(float32(*o.IgnoreClass)), runtime.Int32)))
		row = c.Mul(row, c.ExpandDims(valid, -1))
	}
	if c.Weight != nil {
		weight := c.Weight
		if c.Rules == losses.Keras3 {
			weight = c.Cast(c.Cast(weight, runtime.Int32), runtime.Float32)
		}
		row = c.Mul(row, c.ExpandDims(weight, -1))
	}
	return Reading{
		Value:  c.Reshape(c.MatMulT(row, column, true, false), n*n),
		Result: one(func(t []float64) float64 { return meanIoU(t, n, classes) }),
	}
}

// meanIoU is the mean over the classes that are there or predicted.
func meanIoU(t []float64, n int, classes []int) float64 {
	rows, columns := make([]float64, n), make([]float64, n)
	for i, v := range t {
		rows[i/n] += v
		columns[i%n] += v
	}
	if classes == nil {
		for k := range n {
			classes = append(classes, k)
		}
	}
	sum, valid := 0.0, 0.0
	for _, k := range classes {
		if k < 0 || k >= n {
			continue
		}
		if union := rows[k] + columns[k] - t[k*n+k]; union > 1e-9 {
			sum, valid = sum+t[k*n+k]/union, valid+1
		}
	}
	return divideNoNaN(sum, valid)
}
