package layers

func init() {
	register(func() Layer { return &MaxPooling1D{newMaxPooling(1)} }, "MaxPooling1D", "MaxPool1D")
}

// MaxPooling1D takes the largest value of each window over one spatial axis
// (keras/src/layers/pooling/max_pooling1d.py).
type MaxPooling1D struct{ basePooling }
