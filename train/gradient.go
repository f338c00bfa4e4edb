package train

// gradient is the derivative of the loss by one variable, as TensorFlow hands
// it to an optimizer: an array of the variable's shape, or slices of it when
// rows were taken from the variable by index (tf.IndexedSlices).
//
// Clipping sees the slices. Then Keras 2 adds those of one row together
// (optimizer.py, _deduplicate_sparse_grad), but Keras 3 lets element-wise
// functions see each of them: square(gradient) is a sum of squares, not the
// square of a sum (keras/src/backend/tensorflow/sparse.py, elementwise_unary).
type gradient struct {
	none   bool      // the loss does not depend on the variable
	dense  []float32 // of the variable's size
	slices []indexed // what dense will be the sum of; nil when it is computed already
	width  int       // elements of a row
	summed bool      // the slices are in dense now
	power  []float32 // the sum over slices of the optimizer's power; nil means that of dense
}

// indexed are rows of a gradient and their places.
type indexed struct {
	rows  []float32
	index []int32
}

// parts are the arrays that clipping works on.
func (g *gradient) parts(visit func(values []float32)) {
	if g.slices == nil || g.summed {
		visit(g.dense)
		return
	}
	for _, s := range g.slices {
		visit(s.rows)
	}
}

// sum adds the slices up, and power of each of them too unless power is nil.
func (g *gradient) sum(power func(float32) float32) {
	if g.slices == nil || g.summed {
		return
	}
	g.summed = true
	clear(g.dense)
	clear(g.power)
	if power != nil && g.power == nil {
		g.power = make([]float32, len(g.dense))
	}
	for _, s := range g.slices {
		for i, at := range s.index {
			lo := int(at) * g.width
			if lo < 0 || lo >= len(g.dense) {
				continue
			}
			for k, v := range s.rows[i*g.width:][:g.width] {
				g.dense[lo+k] += v
				if power != nil {
					g.power[lo+k] += power(v)
				}
			}
		}
	}
}
