package runtime

// stopGradient is its input, as a constant to derivatives. With a second input
// the derivative is that of the second instead.
type stopGradient struct{}

func (stopGradient) name() string { return "stop_gradient" }

func (stopGradient) view() {}

func (stopGradient) infer(in []Type) ([]Type, error) {
	if len(in) == 2 && !in[0].Shape.Equal(in[1].Shape) {
		return nil, &ShapeError{Wanted: in[0].Shape.String(), Received: in[1].Shape.String()}
	}
	return in[:1], nil
}

func (stopGradient) keepsRows(_ *node, rows []bool) bool { return rows[0] && rows[len(rows)-1] }

func (stopGradient) prepare(*operands) (task, error) { return task{}, nil }

func (stopGradient) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// straightThrough is stopGradient with a second input.
type straightThrough struct{ stopGradient }

func (straightThrough) name() string { return "straight_through" }

func (straightThrough) gradient(_ *Builder, _ *node, dout []*Value) []*Value {
	return []*Value{nil, dout[0]}
}

// StopGradient adds x, through which no derivative flows.
func (b *Builder) StopGradient(x *Value) *Value { return b.apply(stopGradient{}, x) }

// StraightThrough adds x with the derivative of y, of the same shape: the
// estimator of Bengio, Léonard and Courville 2013 for what has no useful
// derivative, such as rounding.
func (b *Builder) StraightThrough(x, y *Value) *Value { return b.apply(straightThrough{}, x, y) }
