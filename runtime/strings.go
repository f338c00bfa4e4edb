package runtime

// stringTaker is implemented by the operations that work on strings too. All
// others compute with numbers, and copy elements as bytes: that would hide a
// string's text from the garbage collector.
type stringTaker interface{ takesStrings() }

// wantNumbers refuses strings for operations that do not take them.
func wantNumbers(op operation, in []Type) error {
	if _, ok := op.(stringTaker); ok {
		return nil
	}
	for _, t := range in {
		if t.DType == String {
			return &ShapeError{Wanted: "numbers", Received: t.String()}
		}
	}
	return nil
}

// move copies n elements of x from element from on to those of y from element at
// on. Both have the same type.
func (f *frame) move(y operand, at int, x operand, from, n int) {
	if y.DType == String {
		copy(f.strings(y)[at:at+n], f.strings(x)[from:from+n])
		return
	}
	copy(f.raw(y, at, n), f.raw(x, from, n))
}

// clear makes n elements of y from element at on zeros, or empty strings.
func (f *frame) clear(y operand, at, n int) {
	if y.DType == String {
		clear(f.strings(y)[at : at+n])
		return
	}
	clear(f.raw(y, at, n))
}
