package runtime

// matrixOp is a function of the matrices in the last two axes, such as their inverse.
// It computes in float64.
type matrixOp struct{ *matrixKind }

type matrixKind struct {
	name string
	// cores gives the last axes of the outputs for those of the inputs; an Unknown size
	// fits any. wanted says what does not fit.
	cores  func(in []Shape) (out []Shape, wanted string)
	places bool // the second output has places, int32

	// run computes one matrix. It returns what was wanted of the numbers, "" if nothing.
	run      func(m *matrixWork) string
	gradient func(b *Builder, n *node, dout []*Value) []*Value
}

// matrixWork is the memory of a session for one matrix: the inputs, which run may
// overwrite, and the outputs.
type matrixWork struct {
	in, out [][]float64
	shapes  []Shape   // of in, the last two axes
	spare   []float64 // as many as the longest axis of the first input
	frame   *frame    // of the call in progress
}

// expired reports whether the call has to end; the numbers then do not matter.
func (m *matrixWork) expired() bool { return m.frame.expired() }

func (o matrixOp) name() string { return o.matrixKind.name }

func (o matrixOp) infer(in []Type) ([]Type, error) {
	cores := make([]Shape, len(in))
	var rows Shape
	for i, t := range in {
		if t.DType != Float32 || t.rank() < 2 || t.rank() != in[0].rank() {
			return nil, &ShapeError{Wanted: "float32 matrices of one rank", Received: t.String()}
		}
		cores[i] = t.Shape[t.rank()-2:]
		lead := t.Shape[:t.rank()-2]
		for a := range lead {
			if i > 0 && lead[a] >= 0 && rows[a] >= 0 && lead[a] != rows[a] {
				return nil, &ShapeError{Wanted: "as many matrices of each", Received: in[0].String() + " and " + t.String()}
			}
		}
		if i == 0 {
			rows = lead
		}
	}
	out, wanted := o.cores(cores)
	if wanted != "" {
		return nil, &ShapeError{What: o.name(), Wanted: wanted, Received: in[0].Shape.String()}
	}
	types := make([]Type, len(out))
	for i, core := range out {
		types[i] = Type{Float32, append(rows.clone(), core...)}
	}
	if o.places {
		types[1].DType = Int32
	}
	return types, nil
}

func (o matrixOp) keepsRows(n *node, rows []bool) bool {
	for _, r := range rows {
		if !r {
			return false
		}
	}
	return n.in[0].Rank() > 2
}

func (o matrixOp) prepare(a *operands) (task, error) {
	count := 1
	if s := a.in[0].Shape; len(s) > 2 {
		count = s[:len(s)-2].size()
	}
	floats, cost := 0, 1.
	for _, list := range [][]operand{a.in, a.out} {
		for _, x := range list {
			floats += x.len / max(count, 1)
			cost = max(cost, float64(x.len))
		}
	}
	last := a.in[0].Shape[len(a.in[0].Shape)-2:]
	spare := max(last[0], last[1])
	floats += spare
	if err := a.shared.checkMemory(a.taken + 8*floats); err != nil {
		return task{}, err
	}
	shapes := make([]Shape, len(a.in))
	for i, x := range a.in {
		shapes[i] = x.Shape[len(x.Shape)-2:]
		cost *= float64(max(shapes[i][1], 1))
	}
	return task{parts: 1, cost: cost, kept: 8 * floats,
		state: func() any {
			w := &matrixWork{shapes: shapes, spare: make([]float64, spare)}
			for _, x := range a.in {
				w.in = append(w.in, make([]float64, x.len/max(count, 1)))
			}
			for _, x := range a.out {
				w.out = append(w.out, make([]float64, x.len/max(count, 1)))
			}
			return w
		},
		run: func(f *frame, _, _ int) {
			w := f.state().(*matrixWork)
			w.frame = f
			for r := 0; r < count && !f.expired(); r++ {
				o.one(f, w, a, r)
			}
			w.frame = nil
		}}, nil
}

// one computes the matrices at place r.
func (o matrixOp) one(f *frame, w *matrixWork, a *operands, r int) {
	for i, to := range w.in {
		for k, v := range f.f32(a.in[i])[r*len(to):][:len(to)] {
			to[k] = float64(v)
		}
	}
	if wanted := o.run(w); wanted != "" {
		panic(dataError{&ShapeError{What: o.name(), Wanted: wanted, Received: "another"}})
	}
	for i, from := range w.out {
		for k, v := range from {
			if a.out[i].DType == Int32 {
				f.i32(a.out[i])[r*len(from)+k] = int32(v)
			} else {
				f.f32(a.out[i])[r*len(from)+k] = float32(v)
			}
		}
	}
}

func (o matrixOp) gradient(b *Builder, n *node, dout []*Value) []*Value {
	return o.matrixKind.gradient(b, n, dout)
}
