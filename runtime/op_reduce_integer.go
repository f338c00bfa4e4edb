package runtime

// reduceInteger folds neighbouring axes of an integer tensor, as reduce does of
// float32, wrapping around as the type does.
type reduceInteger struct {
	*integerKind
	from, to int // the axes from <= a < to
	keep     bool
}

// folds says which function of two integers a reduction folds with.
var folds = map[*reduceKind]string{sumKind: "add", reduceMaxKind: "maximum", reduceMinKind: "minimum", prodKind: "multiply"}

func (o reduceInteger) infer(in []Type) ([]Type, error) {
	as, err := reduce{from: o.from, to: o.to, keep: o.keep}.infer([]Type{{Float32, in[0].Shape}})
	if err != nil {
		return nil, err
	}
	return []Type{{in[0].DType, as[0].Shape}}, nil
}

func (o reduceInteger) name() string { return "reduce_" + o.integerKind.name }

func (o reduceInteger) keepsRows(_ *node, rows []bool) bool { return rows[0] && o.from > 0 }

func (o reduceInteger) prepare(a *operands) (task, error) {
	x, y := a.in[0], a.out[0]
	n, inner := x.Shape[o.from:o.to].size(), x.Shape[o.to:].size()
	of := int64(0) // of nothing
	switch o.integerKind.name {
	case "multiply":
		of = 1
	case "maximum", "minimum":
		if n == 0 && y.len > 0 {
			return task{}, &ShapeError{Wanted: "something to fold", Received: x.Shape.String()}
		}
	}
	return serial(x.len, func(f *frame) {
		if y.DType == Int32 {
			foldIntegers(o.f, f.i32(y), f.i32(x), n, inner, int32(of))
		} else {
			foldIntegers(o.f, f.i64(y), f.i64(x), n, inner, of)
		}
	})
}

func foldIntegers[T int32 | int64](f func(x, y int64) int64, dst, x []T, n, inner int, of T) {
	for i := range dst {
		if n == 0 {
			dst[i] = of
			continue
		}
		run := x[i/inner*n*inner+i%inner:]
		acc := int64(run[0])
		for k := 1; k < n; k++ {
			acc = f(acc, int64(run[k*inner]))
		}
		dst[i] = T(acc)
	}
}

func (o reduceInteger) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }
