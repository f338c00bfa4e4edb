package lambda

// subscript is v[key].
func (m *machine) subscript(v, key any) any {
	switch x := v.(type) {
	case *Node:
		return m.apply("ops.GetItem", nil, x, m.key(key))
	case *Dict:
		name, ok := key.(string)
		e, there := x.Items[name]
		if !ok || !there {
			panic(refuse("a dictionary's entry %s", show(key)))
		}
		return e
	case *Array:
		list, _ := x.Value.([]any)
		return m.wrap(pick(list, key), x.DType)
	}
	list, ok := items(v)
	if !ok {
		panic(refuse("%s[%s]", show(v), show(key)))
	}
	out := pick(list, key)
	part, isPart := out.([]any)
	if !isPart {
		return out
	}
	if _, ok := v.(Tuple); ok {
		return Tuple(part)
	}
	return &List{part}
}

// wrap makes an array of what was picked from one.
func (m *machine) wrap(v any, dtype string) any {
	if list, ok := v.([]any); ok {
		return &Array{list, dtype}
	}
	return v
}

// pick takes an element of a list, or with a slice a list of them.
func pick(list []any, key any) any {
	switch k := key.(type) {
	case int64:
		i := k
		if i < 0 {
			i += int64(len(list))
		}
		if i < 0 || i >= int64(len(list)) {
			panic(refuse("element %d of %d", k, len(list)))
		}
		return list[i]
	case Slice:
		start, stop, step := bounds(k, int64(len(list)))
		out := []any{}
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, list[i])
		}
		return out
	}
	panic(refuse("the subscript %s of a list", show(key)))
}

// bounds settles a slice of n elements, as Python's slice.indices.
func bounds(s Slice, n int64) (start, stop, step int64) {
	part := func(v any, otherwise, least, most int64) int64 {
		k, ok := v.(int64)
		if v == nil {
			return otherwise
		}
		if !ok {
			panic(refuse("a slice bounded by %s", show(v)))
		}
		if k < 0 {
			k += n
		}
		return min(max(k, least), most)
	}
	step = 1
	if s.Step != nil {
		k, ok := s.Step.(int64)
		if !ok || k == 0 || k > maxItems || k < -maxItems {
			panic(refuse("a slice with the step %s", show(s.Step)))
		}
		step = k
	}
	if step > 0 {
		return part(s.Start, 0, 0, n), part(s.Stop, n, 0, n), step
	}
	return part(s.Start, n-1, -1, n-1), part(s.Stop, -1, -1, n-1), step
}

// key checks the subscript of a tensor: integers, slices of integers, ... and
// None. One alone becomes a tuple of one, which is what Keras wants.
func (m *machine) key(v any) Tuple {
	list, isTuple := v.(Tuple)
	if !isTuple {
		list = Tuple{v}
	}
	if len(list) > 32 {
		panic(beyond("the places of a subscript", 32, len(list)))
	}
	for _, e := range list {
		m.keyPart(e)
	}
	return list
}

func (m *machine) keyPart(v any) {
	whole := func(v any) bool {
		n, ok := v.(int64)
		return v == nil || ok && n >= -1<<31 && n <= 1<<31
	}
	switch x := v.(type) {
	case nil, Ellipsis:
		return
	case int64:
		if whole(x) {
			return
		}
	case Slice:
		if whole(x.Start) && whole(x.Stop) && whole(x.Step) && x.Step != int64(0) {
			return
		}
	}
	panic(refuse("the subscript %s of a tensor", show(v)))
}
