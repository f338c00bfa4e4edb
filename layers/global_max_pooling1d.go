package layers

func init() {
	register(func() Layer { return &GlobalMaxPooling1D{newGlobalMaxPooling(1)} }, "GlobalMaxPooling1D", "GlobalMaxPool1D")
}

// GlobalMaxPooling1D takes the largest value over one spatial axis
// (keras/src/layers/pooling/global_max_pooling1d.py).
type GlobalMaxPooling1D struct{ baseGlobalPooling }
