package normalization

import (
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// What BatchNormalization did before Keras 3: the modes of Keras 1, and several axes
// in tf.keras.

// shape is that of each weight: the size of the axis, or, for several, those of all
// axes with 1 where they are averaged over (tensorflow 2.6
// python/keras/layers/normalization.py, build).
func (l *BatchNormalization) shape(in runtime.Shape) (runtime.Shape, error) {
	if len(l.Axis) == 1 {
		n, err := layers.WantKnown(in, l.Axis[0])
		return runtime.Shape{n}, err
	}
	shape := make(runtime.Shape, len(in))
	for i := range shape {
		shape[i] = 1
	}
	for _, given := range l.Axis {
		n, err := layers.WantKnown(in, given)
		if err != nil {
			return nil, err
		}
		axis, err := in.Axis(given)
		if err != nil {
			return nil, err
		}
		shape[axis] = n
	}
	return shape, nil
}

// ofSamples normalizes each sample over its last axis, whose standard deviation has
// epsilon added to it twice (keras 1.2.2 layers/normalization.py, call, mode 1).
func (l *BatchNormalization) ofSamples(c *layers.Call, x *runtime.Value) *runtime.Value {
	last := []int{x.Rank() - 1}
	epsilon := c.Scalar(float32(l.Epsilon))
	centered := c.Sub(x, c.Mean(x, last, true))
	deviation := c.Sqrt(c.Add(c.Mean(c.Square(centered), last, true), epsilon))
	gamma, beta := l.of(c)
	return c.Add(c.Mul(gamma, c.Div(centered, c.Add(deviation, epsilon))), beta)
}

// ofAxes normalizes over all axes but those of Axis: in training, and in mode 2
// always, by the statistics of the batch.
func (l *BatchNormalization) ofAxes(c *layers.Call, x, mask *runtime.Value) (*runtime.Value, error) {
	kept := map[int]bool{}
	for _, given := range l.Axis {
		axis, err := x.Shape.Axis(given)
		if err != nil {
			return nil, err
		}
		kept[axis] = true
	}
	over, sizes := []int{}, make([]int, x.Rank())
	for a := range sizes {
		if sizes[a] = 1; kept[a] {
			sizes[a] = x.Shape[a]
		} else {
			over = append(over, a)
		}
	}
	wide := func(v *runtime.Value) *runtime.Value { return c.Reshape(v, sizes...) }
	mean, variance := wide(c.Weight("moving_mean")), wide(c.Weight("moving_variance"))
	if c.Training && l.Trainable || l.Keras1Mode == 2 {
		if mask != nil && l.Keras1Mode == 0 {
			return nil, &runtime.ShapeError{What: "mask", Wanted: "none where several axes are normalized in training", Received: mask.Shape.String()}
		}
		mean = c.Mean(x, over, true)
		variance = c.Mean(c.Square(c.Sub(x, mean)), over, true)
		if l.Keras1Mode == 0 {
			c.Update("moving_mean", moved(c, c.Current("moving_mean"), mean, l.Momentum))
			c.Update("moving_variance", moved(c, c.Current("moving_variance"), variance, l.Momentum))
		}
	}
	y := c.Mul(c.Sub(x, mean), c.Rsqrt(c.Add(variance, c.Scalar(float32(l.Epsilon)))))
	gamma, beta := l.of(c)
	if gamma != nil {
		y = c.Mul(y, wide(gamma))
	}
	if beta != nil {
		y = c.Add(y, wide(beta))
	}
	return y, nil
}
