package kernel

import "math"

// Optimizer steps, fused over one variable. Formulas are those of Keras 3's
// optimizers; the caller works out rates that depend on the iteration.

// SGDStep does w -= lr*g.
func SGDStep(w, g []float32, lr float32) { vec().sgdStep(w, g[:len(w)], lr) }

// MomentumStep does m = mu*m - lr*g, then w += m, or with nesterov
// w += mu*m - lr*g.
func MomentumStep(w, m, g []float32, lr, mu float32, nesterov bool) {
	step := vec().momentumStep
	if nesterov {
		step = vec().nesterovStep
	}
	step(w, m[:len(w)], g[:len(w)], lr, mu)
}

// AdamStep does m += (g-m)*(1-beta1), v += (g*g-v)*(1-beta2) and
// w -= m*alpha/(sqrt(v)+eps), where alpha = lr*sqrt(1-beta2**t)/(1-beta1**t).
func AdamStep(w, m, v, g []float32, alpha, beta1, beta2, eps float32) {
	vec().adamStep(w, m[:len(w)], v[:len(w)], g[:len(w)], alpha, 1-beta1, 1-beta2, eps)
}

// RMSpropStep does v = rho*v + (1-rho)*g*g and w -= lr*g/sqrt(v+eps).
func RMSpropStep(w, v, g []float32, lr, rho, eps float32) {
	vec().rmspropStep(w, v[:len(w)], g[:len(w)], lr, rho, 1-rho, eps)
}

func sgdStepGo(w, g []float32, lr float32) {
	for i := range w {
		w[i] -= lr * g[i]
	}
}

func momentumStepGo(w, m, g []float32, lr, mu float32) {
	for i := range w {
		m[i] = mu*m[i] - lr*g[i]
		w[i] += m[i]
	}
}

func nesterovStepGo(w, m, g []float32, lr, mu float32) {
	for i := range w {
		step := lr * g[i]
		m[i] = mu*m[i] - step
		w[i] += mu*m[i] - step
	}
}

// adamStepGo takes 1-beta1 and 1-beta2.
func adamStepGo(w, m, v, g []float32, alpha, rest1, rest2, eps float32) {
	for i := range w {
		m[i] += (g[i] - m[i]) * rest1
		v[i] += (g[i]*g[i] - v[i]) * rest2
		w[i] -= m[i] * alpha / (float32(math.Sqrt(float64(v[i]))) + eps)
	}
}

// rmspropStepGo takes rho and 1-rho.
func rmspropStepGo(w, v, g []float32, lr, rho, rest, eps float32) {
	for i := range w {
		v[i] = rho*v[i] + rest*g[i]*g[i]
		w[i] -= lr * g[i] / float32(math.Sqrt(float64(v[i]+eps)))
	}
}
