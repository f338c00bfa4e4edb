package kernel

// Every function here works on len(dst) elements (len(y) for Axpy). dst may
// be one of its operands.

// Add writes a+b.
func Add(dst, a, b []float32) { vec().add(dst, a[:len(dst)], b[:len(dst)]) }

// Sub writes a-b.
func Sub(dst, a, b []float32) { vec().sub(dst, a[:len(dst)], b[:len(dst)]) }

// Mul writes a*b.
func Mul(dst, a, b []float32) { vec().mul(dst, a[:len(dst)], b[:len(dst)]) }

// Div writes a/b.
func Div(dst, a, b []float32) { vec().div(dst, a[:len(dst)], b[:len(dst)]) }

// Max writes the larger of a and b, NaN when either is.
func Max(dst, a, b []float32) { vec().max(dst, a[:len(dst)], b[:len(dst)]) }

// Min writes the smaller of a and b, NaN when either is.
func Min(dst, a, b []float32) { vec().min(dst, a[:len(dst)], b[:len(dst)]) }

// AddScalar writes x+s.
func AddScalar(dst, x []float32, s float32) { vec().addScalar(dst, x[:len(dst)], s) }

// MulScalar writes x*s.
func MulScalar(dst, x []float32, s float32) { vec().mulScalar(dst, x[:len(dst)], s) }

// MulAdd writes a*b+c, rounded once.
func MulAdd(dst, a, b, c []float32) {
	vec().mulAdd(dst, a[:len(dst)], b[:len(dst)], c[:len(dst)])
}

// Axpy adds a*x to y, rounded once.
func Axpy(y []float32, a float32, x []float32) { vec().axpy(y, x[:len(y)], a) }

// AddRow adds row to every row of x, a matrix with len(row) columns.
func AddRow(dst, x, row []float32) { vec().addRow(dst, x[:len(dst)], row, rowsOf(dst, row)) }

// MulRow multiplies every row of x by row.
func MulRow(dst, x, row []float32) { vec().mulRow(dst, x[:len(dst)], row, rowsOf(dst, row)) }

// MulAddRow writes x*scale+shift for every row of x, rounded once.
func MulAddRow(dst, x, scale, shift []float32) {
	vec().mulAddRow(dst, x[:len(dst)], scale, shift[:len(scale)], rowsOf(dst, scale))
}

// rowsOf is the number of rows of x as wide as row.
func rowsOf(x, row []float32) int {
	if len(row) == 0 {
		return 0
	}
	return len(x) / len(row)
}

// ReluGrad writes dy where x > 0 and 0 elsewhere, x == 0 included.
func ReluGrad(dst, x, dy []float32) { vec().reluGrad(dst, x[:len(dst)], dy[:len(dst)]) }

// TanhGrad writes dy*(1-y*y) for y = tanh(x).
func TanhGrad(dst, y, dy []float32) { vec().tanhGrad(dst, y[:len(dst)], dy[:len(dst)]) }

// SigmoidGrad writes dy*y*(1-y) for y = sigmoid(x).
func SigmoidGrad(dst, y, dy []float32) { vec().sigmoidGrad(dst, y[:len(dst)], dy[:len(dst)]) }
