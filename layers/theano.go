package layers

import "github.com/kerasrun/kerasrun/runtime"

// TheanoSame is the padding "same" of Keras' Theano backend where it differs from
// TensorFlow's: as much is added behind as in front, and what the result has too
// much is cut off its end (keras 2.2.4 backend/theano_backend.py,
// _postprocess_conv2d_output and pool2d). Package keras asks for it.
const TheanoSame = "theano_same"

// CropSame cuts the spatial axes of y, whose channels are last, to the sizes that
// padding "same" gives: those of x by the strides, rounded up.
func (s *Spatial) CropSame(c *Call, x, y *runtime.Value, strides []int) *runtime.Value {
	ranges := []runtime.Range{runtime.Whole}
	for i, stride := range strides {
		n, err := WantKnown(x.Shape, 1+i)
		if err != nil {
			return c.Fail(err)
		}
		ranges = append(ranges, runtime.Range{To: (n + stride - 1) / stride, Step: 1})
	}
	return c.Slice(y, ranges...)
}
