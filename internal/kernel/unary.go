package kernel

// The functions below write f(x[i]) to dst[i] for len(dst) elements. dst may
// be x itself but must not overlap it otherwise. NaN gives NaN. An element's
// answer depends on its value alone, not on its place or on len(dst).

// Exp writes e**x. Overflow gives +Inf; results below the normal range are
// denormal, then 0.
func Exp(dst, x []float32) { vec().exp(dst, x[:len(dst)]) }

// Log writes the natural logarithm: -Inf at 0, NaN below.
func Log(dst, x []float32) { vec().log(dst, x[:len(dst)]) }

// Log1p writes log(1+x), accurate near 0.
func Log1p(dst, x []float32) { log1pGo(dst, x[:len(dst)]) }

// Tanh writes the hyperbolic tangent.
func Tanh(dst, x []float32) { vec().tanh(dst, x[:len(dst)]) }

// Sigmoid writes 1/(1+exp(-x)).
func Sigmoid(dst, x []float32) { vec().sigmoid(dst, x[:len(dst)]) }

// Relu writes max(x, 0).
func Relu(dst, x []float32) { vec().relu(dst, x[:len(dst)]) }

// Clamp writes min(max(x, lo), hi).
func Clamp(dst, x []float32, lo, hi float32) { vec().clamp(dst, x[:len(dst)], lo, hi) }

// Erf writes the error function.
func Erf(dst, x []float32) { vec().erf(dst, x[:len(dst)]) }

// Gelu writes x*Phi(x), Phi being the normal distribution's cumulative
// function, with full relative accuracy in the negative tail too.
func Gelu(dst, x []float32) { vec().gelu(dst, x[:len(dst)]) }

// GeluTanh writes Keras' approximate GELU,
// 0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x**3))).
func GeluTanh(dst, x []float32) { vec().geluTanh(dst, x[:len(dst)]) }

// Silu writes x*sigmoid(x).
func Silu(dst, x []float32) { vec().silu(dst, x[:len(dst)]) }

// Softplus writes log(1+exp(x)).
func Softplus(dst, x []float32) { vec().softplus(dst, x[:len(dst)]) }

// Elu writes x for x > 0 and alpha*(exp(x)-1) otherwise.
func Elu(dst, x []float32, alpha float32) { vec().elu(dst, x[:len(dst)], alpha) }

// LeakyRelu writes x for x > 0 and slope*x otherwise.
func LeakyRelu(dst, x []float32, slope float32) { vec().leakyRelu(dst, x[:len(dst)], slope) }

// Abs writes |x|.
func Abs(dst, x []float32) { vec().abs(dst, x[:len(dst)]) }

// Neg writes -x.
func Neg(dst, x []float32) { vec().neg(dst, x[:len(dst)]) }

// Square writes x*x.
func Square(dst, x []float32) { vec().square(dst, x[:len(dst)]) }

// Sqrt writes the square root, NaN below 0.
func Sqrt(dst, x []float32) { vec().sqrt(dst, x[:len(dst)]) }

// Rsqrt writes 1/sqrt(x).
func Rsqrt(dst, x []float32) { vec().rsqrt(dst, x[:len(dst)]) }

// Recip writes 1/x.
func Recip(dst, x []float32) { vec().recip(dst, x[:len(dst)]) }
