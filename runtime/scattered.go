package runtime

// Scattered takes apart a value that is made of nothing but rows added to a
// table by index, as the gradient of Gather is, or of sums of such: rows[i] are
// added at index[i]. It returns nothing for any other value.
func Scattered(v *Value) (rows, index []*Value) {
	switch op := v.node.op.(type) {
	case scatterAdd:
		return []*Value{v.node.in[0]}, []*Value{v.node.in[1]}
	case binary:
		if op.binaryKind != addKind {
			return nil, nil
		}
		rows, index = Scattered(v.node.in[0])
		more, places := Scattered(v.node.in[1])
		if len(rows) == 0 || len(more) == 0 {
			return nil, nil
		}
		return append(rows, more...), append(index, places...)
	}
	return nil, nil
}
