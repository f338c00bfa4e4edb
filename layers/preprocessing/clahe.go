package preprocessing

import (
	"math"

	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

func init() {
	layers.RegisterKeras("ContrastLimitedAdaptiveHistogramEqualization", func() layers.Layer {
		return &CLAHE{valueRange: newValueRange(), Spatial: layers.Spatial{Rank: 2}, ClipLimit: 4, TileGridSize: []int{8, 8}}
	})
}

// CLAHE evens out how often each brightness occurs, in tiles of an image between which
// it interpolates, in inference too
// (keras/src/layers/preprocessing/image_preprocessing/clahe.py).
type CLAHE struct {
	layers.Common
	layers.Spatial
	valueRange
	boxes
	ClipLimit    float64 `keras:"clip_limit"` // how often at most, relative to the mean; 0 for no limit
	TileGridSize []int   `keras:"tile_grid_size"`
}

// levels are the brightnesses of a byte.
const levels = 256

// Validate implements Validator.
func (l *CLAHE) Validate(d *layers.Decoder) {
	d.WantDataFormat(l.DataFormat)
	l.check(d)
	if len(l.TileGridSize) != 2 || min(l.TileGridSize[0], l.TileGridSize[1]) < 1 || max(l.TileGridSize[0], l.TileGridSize[1]) > 1<<12 {
		d.Broken("tile_grid_size must be two numbers from 1 to %d, received %v", 1<<12, l.TileGridSize)
	}
}

// Build implements Layer. An image may come without a batch.
func (l *CLAHE) Build(in []runtime.Shape) ([]layers.Weight, error) {
	if err := layers.WantInputs(len(in), 1, 1); err != nil {
		return nil, err
	}
	return nil, layers.WantRank(in[0], 3, 4)
}

// Call implements Layer.
func (l *CLAHE) Call(c *layers.Call, in []layers.Tensor) ([]layers.Tensor, error) {
	y := layers.EachImage(c, &l.Spatial, layers.Floats(c, in[0].Value), func(x *runtime.Value) *runtime.Value {
		if c.Err() == nil && !x.Shape[1:].Known() {
			return c.Fail(&runtime.ShapeError{What: "input", Wanted: "known height, width and channels", Received: in[0].Shape.String()})
		}
		return l.fromBytes(c, l.even(c, l.toBytes(c, x)))
	})
	if d := in[0].DType; d != runtime.Float32 {
		y = c.Cast(y, d)
	}
	return layers.One(y)
}

// even works on (batch, height, width, channels) of numbers from 0 to 255.
func (l *CLAHE) even(c *layers.Call, x *runtime.Value) *runtime.Value {
	h, w, channels := x.Shape[1], x.Shape[2], x.Shape[3]
	rows, columns := l.TileGridSize[0], l.TileGridSize[1]
	th, tw := (h+rows-1)/rows, (w+columns-1)/columns
	x = mirroredTo(c, mirroredTo(c, x, 1, th*rows), 2, tw*columns)
	if c.Err() != nil {
		return x
	}
	level := c.Cast(c.ClipByValue(x, 0, levels-1), runtime.Int32)
	curves := l.curves(c, level, th, tw)
	up, left := cells(th, rows), cells(tw, columns)

	// The curve of each pixel stands in the row of curves of its row of pixels.
	offsets := make([]int32, tw*columns*channels)
	at := func(column []int) *runtime.Value {
		for i := range offsets {
			offsets[i] = int32((column[i/channels]*channels + i%channels) * levels)
		}
		t, _ := runtime.TensorOf(append([]int32(nil), offsets...), tw*columns*channels)
		flat := c.Reshape(level, runtime.CopyAxis(0), th*rows, tw*columns*channels)
		return c.Integer("add", flat, c.Constant(t))
	}
	west, east := at(left.from), at(left.to)
	row := func(places []int) *runtime.Value {
		band := c.Reshape(c.TakeAxis(curves, 1, places...), runtime.CopyAxis(0), th*rows, (columns+2)*channels*levels)
		return blend(c, c.TakeAlong(band, west), c.TakeAlong(band, east), c.Floats(each(left.weight, channels)...))
	}
	y := blend(c, row(up.from), row(up.to), c.ExpandDims(c.Floats(up.weight...), -1))
	y = c.Reshape(y, runtime.CopyAxis(0), th*rows, tw*columns, channels)
	return layers.CropImages(c, y, 0, 0, h, w)
}

// curves are the distributions of the levels in each tile, from 0 to 255, with those
// at the edges twice: (batch, rows + 2, columns + 2, channels, levels).
func (l *CLAHE) curves(c *layers.Call, level *runtime.Value, th, tw int) *runtime.Value {
	rows, columns, channels := l.TileGridSize[0], l.TileGridSize[1], level.Shape[3]
	tiles := c.Transpose(c.Reshape(level, runtime.CopyAxis(0), rows, th, columns, tw, channels), 0, 1, 3, 5, 2, 4)
	tiles = c.Reshape(tiles, runtime.CopyAxis(0), rows, columns, channels, th*tw)
	counts := c.Sum(c.Indicate(tiles, levels), []int{4}, false)
	if l.ClipLimit > 0 {
		clipped := c.ClipByValue(counts, 0, float32(l.ClipLimit*float64(th*tw)/levels))
		excess := c.Sum(c.Sub(counts, clipped), []int{-1}, true)
		counts = c.Add(clipped, c.Div(excess, c.Scalar(levels)))
	}
	sums := c.CumSum(counts, false)
	least := c.Min(sums, []int{-1}, true)
	span := c.Sub(c.Scalar(float32(th*tw)), least)
	span = c.Select(c.Equal(span, c.Scalar(0)), c.Scalar(1), span)
	y := c.ClipByValue(c.Div(c.Mul(c.Sub(sums, least), c.Scalar(levels-1)), span), 0, levels-1)
	return c.TakeAxis(c.TakeAxis(y, 1, doubledEnds(rows)...), 2, doubledEnds(columns)...)
}

func doubledEnds(n int) []int {
	places := make([]int, n+2)
	for i := range places {
		places[i] = min(max(i-1, 0), n-1)
	}
	return places
}

// cell says between which curves the places of an axis lie.
type cell struct {
	from, to []int
	weight   []float32 // of to
}

func cells(size, count int) cell {
	var c cell
	for i := range size * count {
		at := (float32(i)-float32(size)/2)/float32(size) + 1
		first := float32(math.Floor(float64(at)))
		c.from = append(c.from, min(max(int(first), 0), count+1))
		c.to = append(c.to, min(max(int(first)+1, 0), count+1))
		c.weight = append(c.weight, at-first)
	}
	return c
}

// each repeats every number.
func each(v []float32, times int) []float32 {
	out := make([]float32, 0, len(v)*times)
	for _, x := range v {
		for range times {
			out = append(out, x)
		}
	}
	return out
}

// blend is x where the weight is 0 and y where it is 1.
func blend(c *layers.Call, x, y *runtime.Value, weight *runtime.Value) *runtime.Value {
	return c.Add(c.Mul(x, c.Sub(c.Scalar(1), weight)), c.Mul(y, weight))
}

// mirroredTo makes an axis longer by what stands before its end, turned round.
func mirroredTo(c *layers.Call, x *runtime.Value, axis, size int) *runtime.Value {
	if c.Err() != nil {
		return x
	}
	n := x.Shape[axis]
	if size == n {
		return x
	}
	if size > 2*n {
		return c.Fail(&runtime.ShapeError{What: "input", Wanted: "an image of at least half its tiles", Received: x.Shape.String()})
	}
	places := make([]int, size)
	for i := range places {
		if places[i] = i; i >= n {
			places[i] = 2*n - 1 - i
		}
	}
	return c.TakeAxis(x, axis, places...)
}
