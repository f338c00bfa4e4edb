package kernel

// vecTable holds one implementation of every vector function. The portable
// one is complete; an instruction set overrides what it does better.
// Slices of one call have been cut to equal length before they reach it.
type vecTable struct {
	exp, log, tanh, sigmoid, relu, erf, gelu, geluTanh, silu, softplus,
	abs, neg, square, sqrt, rsqrt, recip, hardSigmoid func(dst, x []float32)

	clamp           func(dst, x []float32, lo, hi float32)
	elu, leakyRelu  func(dst, x []float32, slope float32)
	addScalar       func(dst, x []float32, s float32)
	mulScalar       func(dst, x []float32, s float32)
	axpy            func(y, x []float32, a float32)
	add, sub, mul   func(dst, a, b []float32)
	div, max, min   func(dst, a, b []float32)
	mulAdd          func(dst, a, b, c []float32)
	reluGrad        func(dst, x, dy []float32)
	tanhGrad        func(dst, y, dy []float32)
	sigmoidGrad     func(dst, y, dy []float32)
	addRow, mulRow  func(dst, x, row []float32, rows int)
	mulAddRow       func(dst, x, scale, shift []float32, rows int)
	sum             func(x []float32) float32
	maxOf           func(x []float32) (most float32, magnitude int32)
	dot             func(a, b []float32) float32
	sumRows         func(dst, x []float32, rows, cols int)
	softmaxRows     func(dst, x []float32, rows, cols int)
	logSoftmaxRows  func(dst, x []float32, rows, cols int)
	softmaxGradRows func(dst, y, dy []float32, rows, cols int)
	layerNormRows   func(dst, x, gamma, beta []float32, rows, cols int, eps float32)
	normRows        func(dst, x []float32, rows, cols int, eps float32)
	rmsNormRows     func(dst, x []float32, rows, cols int, eps float32)
	lstmCell        func(h, c, z []float32, units int)
	gruCell         func(h, xz, hz []float32, units int)

	// These take addresses rather than the struct of the call, which stays on
	// its caller's stack. nil means the portable method.
	depthwise        *depthwiseKernels
	depthwiseTable   func(dst, src, kernel, bias, zeros *float32, offsets *int32, taps, c, pixels int, lo, hi float32)
	maxPool, avgPool func(dst, src *float32, offsets *int32, taps, c, pixels int)
	winogradInput    func(dst, src *float32, tiles, c, pitch, plane int)
	winogradOutput   func(dst, src, bias *float32, tiles, c, pitch, plane int, lo, hi float32)

	sgdStep      func(w, g []float32, lr float32)
	momentumStep func(w, m, g []float32, lr, mu float32)
	nesterovStep func(w, m, g []float32, lr, mu float32)
	adamStep     func(w, m, v, g []float32, alpha, rest1, rest2, eps float32)
	rmspropStep  func(w, v, g []float32, lr, rho, rest, eps float32)
}

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

// portableVec runs everywhere. Its transcendental functions go through
// float64, so each answer is the float32 nearest to the true value but for
// rare ties.
var portableVec = vecTable{
	exp: expGo, log: logGo, tanh: tanhGo, sigmoid: sigmoidGo, relu: reluGo,
	erf: erfGo, gelu: geluGo, geluTanh: geluTanhGo, silu: siluGo,
	softplus: softplusGo, abs: absGo, neg: negGo, square: squareGo,
	sqrt: sqrtGo, rsqrt: rsqrtGo, recip: recipGo, hardSigmoid: hardSigmoidGo,
	clamp: clampGo, elu: eluGo, leakyRelu: leakyReluGo,
	addScalar: addScalarGo, mulScalar: mulScalarGo, axpy: axpyGo,
	add: addGo, sub: subGo, mul: mulGo, div: divGo, max: maxGo, min: minGo,
	mulAdd: mulAddGo, reluGrad: reluGradGo, tanhGrad: tanhGradGo,
	sigmoidGrad: sigmoidGradGo,
	addRow:      addRowGo, mulRow: mulRowGo, mulAddRow: mulAddRowGo,
	sum: sumGo, maxOf: maxOfGo, dot: dotGo,
	sumRows: sumRowsGo, softmaxRows: softmaxRowsGo,
	logSoftmaxRows: logSoftmaxRowsGo, softmaxGradRows: softmaxGradRowsGo,
	layerNormRows: layerNormRowsGo, normRows: normRowsGo, rmsNormRows: rmsNormRowsGo,
	lstmCell: lstmCellGo, gruCell: gruCellGo,
	sgdStep: sgdStepGo, momentumStep: momentumStepGo, nesterovStep: nesterovStepGo, adamStep: adamStepGo,
	rmspropStep: rmspropStepGo,
}
