package layers

func init() {
	register(func() Layer { return &AveragePooling1D{newAveragePooling(1)} }, "AveragePooling1D", "AvgPool1D")
}

// AveragePooling1D takes the mean of each window over one spatial axis; padding does not count
// (keras/src/layers/pooling/average_pooling1d.py).
type AveragePooling1D struct{ basePooling }
