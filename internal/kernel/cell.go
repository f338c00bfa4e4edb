package kernel

// LSTMCell advances one row of an LSTM by one step. z holds 4*units values,
// the gates i, f, c, o in Keras' order with input, recurrent and bias terms
// already summed. It updates the cell state c = sigmoid(f)*c +
// sigmoid(i)*tanh(z_c) and writes h = sigmoid(o)*tanh(c). h may be part of
// neither c nor z.
func LSTMCell(h, c, z []float32, units int) {
	vec().lstmCell(h[:units], c[:units], z[:4*units], units)
}

// GRUCell advances one row of a GRU with reset_after=True by one step. xz and
// hz hold 3*units values, the gates z, r, h: the input's share and the
// recurrent share, each with its bias. h holds the state and receives the new
// one, z*h+(1-z)*tanh(xz_h+r*hz_h).
func GRUCell(h, xz, hz []float32, units int) {
	vec().gruCell(h[:units], xz[:3*units], hz[:3*units], units)
}

func lstmCellGo(h, c, z []float32, units int) {
	zi, zf, zc, zo := z[:units], z[units:2*units], z[2*units:3*units], z[3*units:]
	for j := range units {
		c[j] = fma32(sigmoid32(zf[j]), c[j], sigmoid32(zi[j])*tanh32(zc[j]))
		h[j] = sigmoid32(zo[j]) * tanh32(c[j])
	}
}

func gruCellGo(h, xz, hz []float32, units int) {
	for j := range units {
		z := sigmoid32(xz[j] + hz[j])
		r := sigmoid32(xz[units+j] + hz[units+j])
		hh := tanh32(fma32(r, hz[2*units+j], xz[2*units+j]))
		h[j] = fma32(z, h[j]-hh, hh)
	}
}
