//go:build !noasm

package kernel

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
	t.addRow, t.mulRow, t.mulAddRow = addRowAVX2, mulRowAVX2, mulAddRowAVX2
	t.sum, t.maxOf, t.dot, t.sumRows = sumAVX2, maxOfAVX2, dotAVX2, sumRowsAVX2
	t.softmaxRows, t.logSoftmaxRows, t.softmaxGradRows = softmaxRowsAVX2, logSoftmaxRowsAVX2, softmaxGradRowsAVX2
	t.normRows, t.layerNormRows, t.rmsNormRows = normRowsAVX2, layerNormRowsAVX2, rmsNormRowsAVX2
	t.lstmCell, t.gruCell = lstmCellAVX2, gruCellAVX2
	t.depthwiseTable, t.maxPool, t.avgPool = depthwisePixelsAVX2, maxPoolAVX2, avgPoolAVX2
	t.winogradInput, t.winogradOutput = winogradInputAVX2, winogradOutputAVX2
	t.depthwise = &depthwiseKernels{
		patch: depthwisePatchAVX2,
		rows: [3][2]depthwiseRowFunc{
			{depthwise3s1AVX2, depthwise3s2AVX2},
			{depthwise5s1AVX2, depthwise5s2AVX2},
			{depthwise7s1AVX2, depthwise7s2AVX2},
		},
	}
	t.sgdStep, t.momentumStep, t.nesterovStep = sgdStepAVX2, momentumStepAVX2, nesterovStepAVX2
	t.adamStep, t.rmspropStep = adamStepAVX2, rmspropStepAVX2
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
	t.addRow, t.mulRow, t.mulAddRow = addRowAVX512, mulRowAVX512, mulAddRowAVX512
	t.sum, t.maxOf, t.dot, t.sumRows = sumAVX512, maxOfAVX512, dotAVX512, sumRowsAVX512
	t.softmaxRows, t.logSoftmaxRows, t.softmaxGradRows = softmaxRowsAVX512, logSoftmaxRowsAVX512, softmaxGradRowsAVX512
	t.normRows, t.layerNormRows, t.rmsNormRows = normRowsAVX512, layerNormRowsAVX512, rmsNormRowsAVX512
	t.lstmCell, t.gruCell = lstmCellAVX512, gruCellAVX512
	t.depthwiseTable, t.maxPool, t.avgPool = depthwisePixelsAVX512, maxPoolAVX512, avgPoolAVX512
	t.winogradInput, t.winogradOutput = winogradInputAVX512, winogradOutputAVX512
	t.depthwise = &depthwiseKernels{
		patch: depthwisePatchAVX512,
		rows: [3][2]depthwiseRowFunc{
			{depthwise3s1AVX512, depthwise3s2AVX512},
			{depthwise5s1AVX512, depthwise5s2AVX512},
			{depthwise7s1AVX512, depthwise7s2AVX512},
		},
	}
	t.sgdStep, t.momentumStep, t.nesterovStep = sgdStepAVX512, momentumStepAVX512, nesterovStepAVX512
	t.adamStep, t.rmspropStep = adamStepAVX512, rmspropStepAVX512
}
