package kernel

// The functions below treat x and dst as rows by cols matrices and each row
// by itself. dst may be x.

// SoftmaxRows writes exp(x-max)/sum(exp(x-max)) of each row.
func SoftmaxRows(dst, x []float32, rows, cols int) {
	n := rows * cols
	vec().softmaxRows(dst[:n], x[:n], rows, cols)
}

// LogSoftmaxRows writes x-max-log(sum(exp(x-max))) of each row.
func LogSoftmaxRows(dst, x []float32, rows, cols int) {
	n := rows * cols
	vec().logSoftmaxRows(dst[:n], x[:n], rows, cols)
}

// SoftmaxGradRows writes y*(dy-sum(y*dy)) of each row, for y = softmax(x).
func SoftmaxGradRows(dst, y, dy []float32, rows, cols int) {
	n := rows * cols
	vec().softmaxGradRows(dst[:n], y[:n], dy[:n], rows, cols)
}

// LayerNormRows writes (x-mean)/sqrt(variance+eps)*gamma+beta of each row,
// the variance being the mean of the squared differences. gamma and beta hold
// cols elements; nil stands for ones and zeros.
func LayerNormRows(dst, x, gamma, beta []float32, rows, cols int, eps float32) {
	n := rows * cols
	dst, x = dst[:n], x[:n]
	if gamma != nil && beta != nil {
		vec().layerNormRows(dst, x, gamma[:cols], beta[:cols], rows, cols, eps)
		return
	}
	vec().normRows(dst, x, rows, cols, eps)
	if gamma != nil {
		vec().mulRow(dst, dst, gamma[:cols], rows)
	}
	if beta != nil {
		vec().addRow(dst, dst, beta[:cols], rows)
	}
}

// RMSNormRows writes x/sqrt(mean(x*x)+eps)*gamma of each row. gamma may be
// nil.
func RMSNormRows(dst, x, gamma []float32, rows, cols int, eps float32) {
	n := rows * cols
	vec().rmsNormRows(dst[:n], x[:n], rows, cols, eps)
	if gamma != nil {
		vec().mulRow(dst[:n], dst[:n], gamma[:cols], rows)
	}
}
