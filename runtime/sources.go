package runtime

// Sources returns the values whose elements v holds unchanged, only at other places,
// some of them, or with zeros between; none where the elements were computed.
func (v *Value) Sources() []*Value {
	in := v.node.in
	switch op := v.node.op.(type) {
	case *reshape, reshapeLike, *reshapeFrom, *transpose, *slice, tile, broadcastTo, *pad, stopGradient, gather, takeAlong:
		return in[:1]
	case concat:
		return in
	case choose:
		return in[1:]
	case reduceInteger:
		if op.integerKind.name == "maximum" || op.integerKind.name == "minimum" {
			return in
		}
	}
	return nil
}
