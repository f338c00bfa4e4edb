package keras

import (
	"github.com/kerasrun/kerasrun/layers"
)

// orderKeras1 returns the arrays of a Keras 1 layer; their order is ours.
func orderKeras1(_ layers.Layer, arrays []array) []array { return arrays }

// recipesKeras1 converts the layouts of Keras 1, as Keras 2 did
// (keras 2.2.4 engine/saving.py, preprocess_weights_for_loading).
func recipesKeras1(e legacyFile, layer layers.Layer, arrays []array, weights []*Weight) []recipe {
	class := layer.Base().Class
	format, _ := option[string](layer, "data_format")
	channelsFirst := format == "channels_first"
	switch class {
	case "ConvLSTM2D":
		if len(arrays) == 12 && len(weights) == 3 {
			return convLSTM1(e, arrays, weights, channelsFirst)
		}
	case "BatchNormalization":
		if eps, ok := option[float64](layer, "epsilon"); ok && e.deviations && len(arrays) == len(weights) && len(arrays) > 0 {
			return deviation1(arrays, weights, float32(eps))
		}
	case "LSTM":
		if len(arrays) == 12 && len(weights) == 3 { // i, c, f, o; ours is i, f, c, o
			return gateRecipes(arrays, weights, []int{0, 2, 1, 3})
		}
	case "GRU":
		if len(arrays) == 9 && len(weights) == 3 {
			return gateRecipes(arrays, weights, []int{0, 1, 2})
		}
	case "Conv1D":
		return kernelRecipe(e, arrays, weights, func(k []int) ([]int, []int) {
			if s := arrays[0].Shape(); len(s) == 4 && s[0] == k[2] && s[2] == k[0] && s[3] == 1 && (s[1] != 1 || s[0] != k[0]) {
				return []int{k[2], k[1], k[0], 1}, []int{2, 1, 0} // Keras 1.1: (out, in, length, 1)
			}
			return []int{k[0], 1, k[1], k[2]}, []int{0, 1, 2}
		})
	case "Conv2D":
		if channelsFirst { // (out, in, rows, columns)
			return kernelRecipe(e, arrays, weights, func(k []int) ([]int, []int) {
				return []int{k[3], k[2], k[0], k[1]}, []int{2, 3, 1, 0}
			})
		}
	case "Conv2DTranspose": // ours is (rows, columns, out, in)
		return kernelRecipe(e, arrays, weights, func(k []int) ([]int, []int) {
			if channelsFirst {
				return []int{k[2], k[3], k[0], k[1]}, []int{2, 3, 0, 1}
			}
			return []int{k[0], k[1], k[3], k[2]}, []int{0, 1, 3, 2}
		})
	case "Conv3D":
		if channelsFirst {
			return kernelRecipe(e, arrays, weights, func(k []int) ([]int, []int) {
				return []int{k[4], k[3], k[0], k[1], k[2]}, []int{2, 3, 4, 1, 0}
			})
		}
	}
	return nil
}

// deviation1 makes variances of deviations, by which Keras 1.0.0 to 1.0.5 divided
// after adding epsilon (layers/normalization.py).
func deviation1(arrays []array, weights []*Weight, epsilon float32) []recipe {
	out := make([]recipe, len(weights))
	last := len(weights) - 1
	out[last] = recipe{parts: arrays[last:], shape: weights[last].Shape, make: func(dst []float32, parts [][]float32) {
		for i, d := range parts[0] {
			dst[i] = (d+epsilon)*(d+epsilon) - epsilon
		}
	}}
	return out
}

// convLSTM1 joins the gates i, c, f, o of a ConvLSTM2D as ours, i, f, c, o. With
// channels first a kernel is (out, in, rows, columns); Theano's are flipped.
func convLSTM1(e legacyFile, arrays []array, weights []*Weight, channelsFirst bool) []recipe {
	out := gateRecipes(arrays, weights, []int{0, 2, 1, 3})
	for i := range 2 {
		joined, gates := out[i].make, len(out[i].parts)
		kernel := append([]int{}, weights[i].Shape...) // (rows, columns, in, 4 out)
		kernel[3] /= gates
		stored := kernel
		if channelsFirst {
			stored = []int{kernel[3], kernel[2], kernel[0], kernel[1]}
			out[i].shape = stored
		}
		out[i].make = func(dst []float32, parts [][]float32) {
			turned := make([][]float32, len(parts))
			for g, p := range parts {
				if channelsFirst {
					q := make([]float32, len(p))
					transpose(q, p, stored, []int{2, 3, 1, 0})
					p = q
				}
				if e.theano {
					q := make([]float32, len(p))
					flip(q, p, kernel)
					p = q
				}
				turned[g] = p
			}
			joined(dst, turned)
		}
	}
	return out
}

// kernelRecipe transposes the first weight, and flips it when Theano wrote it.
// stored gives the shape in the file and the permutation that makes the kernel
// of it, once axes of size 1 that the kernel lacks are dropped.
func kernelRecipe(e legacyFile, arrays []array, weights []*Weight, stored func(kernel []int) (shape, perm []int)) []recipe {
	k := weights[0].Shape
	if len(arrays) != len(weights) || len(k) < 3 {
		return nil
	}
	shape, perm := stored(k)
	squeezed := shape
	if len(shape) > len(k) { // Conv1D was a Conv2D of width 1
		squeezed = nil
		dropped := false
		for i, n := range shape {
			if n == 1 && !dropped && (i == 1 && perm[0] == 0 || i == len(shape)-1 && perm[0] != 0) {
				dropped = true
				continue
			}
			squeezed = append(squeezed, n)
		}
	}
	out := make([]recipe, len(weights))
	out[0] = recipe{parts: arrays[:1], shape: shape, make: func(dst []float32, parts [][]float32) {
		if !e.theano {
			transpose(dst, parts[0], squeezed, perm)
			return
		}
		turned := make([]float32, len(dst))
		transpose(turned, parts[0], squeezed, perm)
		flip(dst, turned, k)
	}}
	return out
}

// transpose permutes the axes of src: axis i of dst is axis perm[i] of src.
func transpose(dst, src []float32, shape, perm []int) {
	strides := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	at := make([]int, len(perm))
	from := 0
	for i := range dst {
		dst[i] = src[from]
		for a := len(perm) - 1; a >= 0; a-- {
			at[a]++
			from += strides[perm[a]]
			if at[a] < shape[perm[a]] {
				break
			}
			from -= at[a] * strides[perm[a]]
			at[a] = 0
		}
	}
}

// gateRecipes joins the arrays W, U, b of each gate. order lists, for each of
// our gates, which of the file's it is.
func gateRecipes(arrays []array, weights []*Weight, order []int) []recipe {
	out := make([]recipe, len(weights))
	for i, w := range weights {
		parts := make([]array, len(order))
		for g, k := range order {
			parts[g] = arrays[3*k+i]
		}
		last := len(w.Shape) - 1
		shape := append([]int{}, w.Shape...)
		shape[last] /= len(order)
		width := shape[last]
		out[i] = recipe{parts: parts, shape: shape, make: func(dst []float32, parts [][]float32) {
			wide := width * len(parts)
			if wide == 0 {
				return
			}
			for r := range len(dst) / wide {
				for g, p := range parts {
					copy(dst[r*wide+g*width:], p[r*width:(r+1)*width])
				}
			}
		}}
	}
	return out
}
