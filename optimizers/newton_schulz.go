package optimizers

import "math"

// orthogonal makes a matrix nearly orthogonal in place: x becomes a·x + (b·xxᵀ +
// c·xxᵀxxᵀ)·x, several times. Keras transposes a matrix that is taller than wide;
// here its columns are taken for rows instead.
func (o *Muon) orthogonal(x, memory []float32, rows, columns int) {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	norm := float32(math.Sqrt(sum)) + 1e-7
	for i := range x {
		x[i] /= norm
	}
	n, width, down, right := rows, columns, columns, 1 // of the wide form, and its strides in x
	if rows > columns {
		n, width, down, right = columns, rows, 1, columns
	}
	square, mix, next := memory[:n*n], memory[n*n:2*n*n], memory[2*n*n:]
	for range o.Steps {
		for i := range n {
			for j := range n {
				s := float32(0)
				for k := range width {
					s += x[i*down+k*right] * x[j*down+k*right]
				}
				square[i*n+j] = s
			}
		}
		for i := range n {
			for j := range n {
				s := float32(0)
				for k := range n {
					s += float32(o.C) * square[i*n+k] * square[k*n+j]
				}
				mix[i*n+j] = float32(o.B)*square[i*n+j] + s
			}
		}
		for i := range n {
			for k := range width {
				s := float32(0)
				for j := range n {
					s += mix[i*n+j] * x[j*down+k*right]
				}
				next[i*down+k*right] = float32(o.A)*x[i*down+k*right] + s
			}
		}
		copy(x, next)
	}
}
