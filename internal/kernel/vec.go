package kernel

// vecTables holds the table of each Variant.
var vecTables = makeVecTables()

// vec returns the table in use.
func vec() *vecTable { return &vecTables[active%Variant(len(vecTables))] }

func makeVecTables() (t [len(variantNames)]vecTable) {
	for i := range t {
		t[i] = portableVec
	}
	nativeVec(&t)
	return t
}
