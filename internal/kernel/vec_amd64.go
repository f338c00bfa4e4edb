//go:build !noasm

package kernel

import "math"

// infBits is +Inf; greater patterns without sign are NaN.
const infBits = 0x7f800000

// rowsOf is the number of rows of x as wide as row.
func rowsOf(x, row []float32) int {
	if len(row) == 0 {
		return 0
	}
	return len(x) / len(row)
}

func nativeVec(t *[len(variantNames)]vecTable) {
	overrideAVX2(&t[AVX2])
	overrideAVX512(&t[AVX512])
}

func overrideAVX2(t *vecTable) {
	t.exp, t.log, t.tanh, t.sigmoid = expAVX2, logAVX2, tanhAVX2, sigmoidAVX2
	t.relu, t.erf, t.gelu, t.geluTanh = reluAVX2, erfAVX2, geluAVX2, geluTanhAVX2
	t.silu, t.softplus, t.abs, t.neg = siluAVX2, softplusAVX2, absAVX2, negAVX2
	t.square, t.sqrt, t.rsqrt, t.recip = squareAVX2, sqrtAVX2, rsqrtAVX2, recipAVX2
	t.hardSigmoid, t.clamp, t.elu, t.leakyRelu = hardSigmoidAVX2, clampAVX2, eluAVX2, leakyReluAVX2
	t.addScalar, t.mulScalar, t.axpy = addScalarAVX2, mulScalarAVX2, axpyAVX2
	t.add, t.sub, t.mul, t.div = addAVX2, subAVX2, mulAVX2, divAVX2
	t.max, t.min, t.mulAdd = maxAVX2, minAVX2, mulAddAVX2
	t.reluGrad, t.tanhGrad, t.sigmoidGrad = reluGradAVX2, tanhGradAVX2, sigmoidGradAVX2
	t.sum, t.dot, t.sumRows = sumAVX2, dotAVX2, sumRowsAVX2
	t.sumSq = func(x []float32) float32 { return dotAVX2(x, x) }
	t.maxOf = func(x []float32) float32 {
		if m, bits := maxOfAVX2(x); bits <= infBits {
			return m
		}
		return float32(math.NaN())
	}
	t.addRow = func(dst, x, row []float32) { addRowAVX2(dst, x, row, rowsOf(dst, row)) }
	t.mulRow = func(dst, x, row []float32) { mulRowAVX2(dst, x, row, rowsOf(dst, row)) }
	t.mulAddRow = func(dst, x, scale, shift []float32) {
		mulAddRowAVX2(dst, x, scale, shift, rowsOf(dst, scale))
	}
	t.softmaxRows, t.logSoftmaxRows, t.softmaxGradRows = softmaxRowsAVX2, logSoftmaxRowsAVX2, softmaxGradRowsAVX2
	t.layerNormRows = func(dst, x, gamma, beta []float32, rows, cols int, eps float32) {
		if gamma != nil && beta != nil {
			layerNormRowsAVX2(dst, x, gamma[:cols], beta[:cols], rows, cols, eps)
			return
		}
		normRowsAVX2(dst, x, rows, cols, eps)
		if gamma != nil {
			mulRowAVX2(dst, dst, gamma[:cols], rows)
		}
		if beta != nil {
			addRowAVX2(dst, dst, beta[:cols], rows)
		}
	}
	t.rmsNormRows = func(dst, x, gamma []float32, rows, cols int, eps float32) {
		rmsNormRowsAVX2(dst, x, rows, cols, eps)
		if gamma != nil {
			mulRowAVX2(dst, dst, gamma[:cols], rows)
		}
	}
	t.lstmCell, t.gruCell = lstmCellAVX2, gruCellAVX2
	t.depthwiseTable, t.maxPool, t.avgPool = depthwisePixelsAVX2, maxPoolAVX2, avgPoolAVX2
	t.depthwise = &depthwiseKernels{patch: depthwisePatchAVX2}
	t.depthwise.rows[0] = [...]depthwiseRowFunc{depthwise3s1AVX2, depthwise3s2AVX2}
	t.depthwise.rows[1] = [...]depthwiseRowFunc{depthwise5s1AVX2, depthwise5s2AVX2}
	t.depthwise.rows[2] = [...]depthwiseRowFunc{depthwise7s1AVX2, depthwise7s2AVX2}
	t.sgdStep = sgdStepAVX2
	t.momentumStep = func(w, m, g []float32, lr, mu float32, nesterov bool) {
		if nesterov {
			nesterovStepAVX2(w, m, g, lr, mu)
			return
		}
		momentumStepAVX2(w, m, g, lr, mu)
	}
	t.adamStep = func(w, m, v, g []float32, alpha, beta1, beta2, eps float32) {
		adamStepAVX2(w, m, v, g, alpha, 1-beta1, 1-beta2, eps)
	}
	t.rmspropStep = func(w, v, g []float32, lr, rho, eps float32) {
		rmspropStepAVX2(w, v, g, lr, rho, 1-rho, eps)
	}
}

func overrideAVX512(t *vecTable) {
	t.exp, t.log, t.tanh, t.sigmoid = expAVX512, logAVX512, tanhAVX512, sigmoidAVX512
	t.relu, t.erf, t.gelu, t.geluTanh = reluAVX512, erfAVX512, geluAVX512, geluTanhAVX512
	t.silu, t.softplus, t.abs, t.neg = siluAVX512, softplusAVX512, absAVX512, negAVX512
	t.square, t.sqrt, t.rsqrt, t.recip = squareAVX512, sqrtAVX512, rsqrtAVX512, recipAVX512
	t.hardSigmoid, t.clamp, t.elu, t.leakyRelu = hardSigmoidAVX512, clampAVX512, eluAVX512, leakyReluAVX512
	t.addScalar, t.mulScalar, t.axpy = addScalarAVX512, mulScalarAVX512, axpyAVX512
	t.add, t.sub, t.mul, t.div = addAVX512, subAVX512, mulAVX512, divAVX512
	t.max, t.min, t.mulAdd = maxAVX512, minAVX512, mulAddAVX512
	t.reluGrad, t.tanhGrad, t.sigmoidGrad = reluGradAVX512, tanhGradAVX512, sigmoidGradAVX512
	t.sum, t.dot, t.sumRows = sumAVX512, dotAVX512, sumRowsAVX512
	t.sumSq = func(x []float32) float32 { return dotAVX512(x, x) }
	t.maxOf = func(x []float32) float32 {
		if m, bits := maxOfAVX512(x); bits <= infBits {
			return m
		}
		return float32(math.NaN())
	}
	t.addRow = func(dst, x, row []float32) { addRowAVX512(dst, x, row, rowsOf(dst, row)) }
	t.mulRow = func(dst, x, row []float32) { mulRowAVX512(dst, x, row, rowsOf(dst, row)) }
	t.mulAddRow = func(dst, x, scale, shift []float32) {
		mulAddRowAVX512(dst, x, scale, shift, rowsOf(dst, scale))
	}
	t.softmaxRows, t.logSoftmaxRows, t.softmaxGradRows = softmaxRowsAVX512, logSoftmaxRowsAVX512, softmaxGradRowsAVX512
	t.layerNormRows = func(dst, x, gamma, beta []float32, rows, cols int, eps float32) {
		if gamma != nil && beta != nil {
			layerNormRowsAVX512(dst, x, gamma[:cols], beta[:cols], rows, cols, eps)
			return
		}
		normRowsAVX512(dst, x, rows, cols, eps)
		if gamma != nil {
			mulRowAVX512(dst, dst, gamma[:cols], rows)
		}
		if beta != nil {
			addRowAVX512(dst, dst, beta[:cols], rows)
		}
	}
	t.rmsNormRows = func(dst, x, gamma []float32, rows, cols int, eps float32) {
		rmsNormRowsAVX512(dst, x, rows, cols, eps)
		if gamma != nil {
			mulRowAVX512(dst, dst, gamma[:cols], rows)
		}
	}
	t.lstmCell, t.gruCell = lstmCellAVX512, gruCellAVX512
	t.depthwiseTable, t.maxPool, t.avgPool = depthwisePixelsAVX512, maxPoolAVX512, avgPoolAVX512
	t.depthwise = &depthwiseKernels{patch: depthwisePatchAVX512}
	t.depthwise.rows[0] = [...]depthwiseRowFunc{depthwise3s1AVX512, depthwise3s2AVX512}
	t.depthwise.rows[1] = [...]depthwiseRowFunc{depthwise5s1AVX512, depthwise5s2AVX512}
	t.depthwise.rows[2] = [...]depthwiseRowFunc{depthwise7s1AVX512, depthwise7s2AVX512}
	t.sgdStep = sgdStepAVX512
	t.momentumStep = func(w, m, g []float32, lr, mu float32, nesterov bool) {
		if nesterov {
			nesterovStepAVX512(w, m, g, lr, mu)
			return
		}
		momentumStepAVX512(w, m, g, lr, mu)
	}
	t.adamStep = func(w, m, v, g []float32, alpha, beta1, beta2, eps float32) {
		adamStepAVX512(w, m, v, g, alpha, 1-beta1, 1-beta2, eps)
	}
	t.rmspropStep = func(w, v, g []float32, lr, rho, eps float32) {
		rmspropStepAVX512(w, v, g, lr, rho, 1-rho, eps)
	}
}
