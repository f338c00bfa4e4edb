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

// LSTMCellGrad derives a step of an LSTM for one row. z holds the gates i, f, c, o behind
// their activations and receives the cotangents of what was before them. before and
// after are the cell states around the step, dh is the cotangent of h, and dc that of
// after, which becomes that of before.
func LSTMCellGrad(z, dc, dh, before, after []float32, units int) {
	vec().lstmCellGrad(z[:4*units], dc[:units], dh[:units], before[:units], after[:units], units)
}

// GRUCellGrad derives a step of a GRU with reset_after=True for one row. x holds the gates
// z, r, h behind their activations and receives the cotangents of the input's share, dz those
// of the recurrent share. q is the recurrent share of h, before the state
// before the step, and dh the cotangent of that after it, which becomes that of before but for
// what comes through the recurrent product.
func GRUCellGrad(x, dz, dh, q, before []float32, units int) {
	vec().gruCellGrad(x[:3*units], dz[:3*units], dh[:units], q[:units], before[:units], units)
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

func lstmCellGradGo(z, dc, dh, before, after []float32, units int) {
	zi, zf, zc, zo := z[:units], z[units:2*units], z[2*units:3*units], z[3*units:]
	for j := range units {
		t, o := tanh32(after[j]), zo[j]
		zo[j] = dh[j] * t * o * (1 - o)
		d := dc[j] + dh[j]*o*fma32(-t, t, 1)
		i, c, f := zi[j], zc[j], zf[j]
		zi[j] = d * c * i * (1 - i)
		zc[j] = d * i * fma32(-c, c, 1)
		zf[j] = d * before[j] * f * (1 - f)
		dc[j] = d * f
	}
}

func gruCellGradGo(x, dz, dh, q, before []float32, units int) {
	for j := range units {
		z, r, hh, d := x[j], x[units+j], x[2*units+j], dh[j]
		kept := d * z
		first := (before[j] - hh) * d * z * (1 - z)
		third := (d - kept) * fma32(-hh, hh, 1)
		second := third * q[j] * r * (1 - r)
		dh[j] = kept
		x[j], x[units+j], x[2*units+j] = first, second, third
		dz[j], dz[units+j], dz[2*units+j] = first, second, third*r
	}
}
