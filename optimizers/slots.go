package optimizers

// Group is a set of slots that Keras saves variable by variable, before the next
// group begins.
type Group []Slot

// Slot is an array that is kept for each variable.
type Slot struct {
	Name    string
	Initial float64 // each element at the start
	Single  bool    // one number for all variables instead
	Weights bool    // begins as the variable's weights
	Keras2  Keras2

	// Shape says what is kept for a variable; false is nothing. nil is the variable's
	// shape.
	Shape       func(v Variable) ([]int, bool)
	Placeholder bool // Keras saves the integer 0 for variables that it is not kept for
}

// Variable is what an optimizer may know of a variable.
type Variable struct {
	Shape []int
	Path  string // "dense/kernel"
}

// Of returns the shape of what is kept for a variable, and false where nothing is.
func (s Slot) Of(v Variable) ([]int, bool) {
	if s.Shape == nil {
		return v.Shape, true
	}
	return s.Shape(v)
}

// Keras2 says how Keras 2.11 to 2.15 saves a slot where that differs.
type Keras2 struct {
	Name    string // "" is the same name
	Only    bool   // only Keras 2 has it
	Unsaved bool   // Keras 2 does not save it
}

// Slots makes a group of slots that begin at 0.
func Slots(names ...string) Group {
	g := make(Group, len(names))
	for i, n := range names {
		g[i].Name = n
	}
	return g
}

// InKeras2 gives the slots of the group their names in Keras 2.
func (g Group) InKeras2(names ...string) Group {
	for i, n := range names {
		g[i].Keras2.Name = n
	}
	return g
}
