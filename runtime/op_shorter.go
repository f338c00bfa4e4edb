package runtime

import "math"

// Numbers as shorter formats hold them, halves going to the even one.
var (
	float8Kind   = &unaryKind{name: "float8", cost: 4, kernel: float8}
	bfloat16Kind = &unaryKind{name: "bfloat16", cost: 2, kernel: bfloat16}
)

// float8 rounds numbers of at most 448 to three bits behind the first, below 2^-6 to
// multiples of 2^-9 (Micikevicius et al. 2022, "FP8 Formats for Deep Learning").
func float8(dst, x []float32, _, _ float32) {
	for i, v := range x[:len(dst)] {
		if v > -1.0/64 && v < 1.0/64 {
			dst[i] = float32(math.RoundToEven(float64(v)*512) / 512)
			continue
		}
		dst[i] = shorter(v, 20)
	}
}

func bfloat16(dst, x []float32, _, _ float32) {
	for i, v := range x[:len(dst)] {
		dst[i] = shorter(v, 16)
	}
}

// shorter rounds the last bits away. NaN stays.
func shorter(v float32, bits int) float32 {
	if v != v {
		return v
	}
	b := math.Float32bits(v)
	b += 1<<(bits-1) - 1 + b>>bits&1
	return math.Float32frombits(b >> bits << bits)
}

// Float8 adds x, which must be within ±448, in the precision of float8_e4m3fn. It has
// derivative 0, as BFloat16.
func (b *Builder) Float8(x *Value) *Value { return b.unary(float8Kind, x) }

// BFloat16 adds x in the precision of bfloat16.
func (b *Builder) BFloat16(x *Value) *Value { return b.unary(bfloat16Kind, x) }
