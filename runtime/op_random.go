package runtime

// randomUniform fills its input's shape with uniform numbers in [0, 1), other
// ones for each stream and each call with another seed.
type randomUniform struct{ stream int }

func (randomUniform) name() string { return "random_uniform" }

func (randomUniform) infer(in []Type) ([]Type, error) { return []Type{{Float32, in[0].Shape}}, nil }

func (randomUniform) keepsRows(*node, []bool) bool { return false }

func (o randomUniform) prepare(a *operands) (task, error) {
	y := a.out[0]
	return chunked(y.len, 8, func(f *frame, lo, hi int) {
		dst := f.f32(y)
		for i := lo; i < hi; i++ {
			dst[i] = uniform(f.seed, uint64(o.stream), uint64(i))
		}
	})
}

func (randomUniform) gradient(*Builder, *node, []*Value) []*Value { return []*Value{nil} }

// uniform is a counter-based generator: SplitMix64's finalizer (Steele, Lea and
// Flood 2014) over seed, stream and counter.
func uniform(seed, stream, i uint64) float32 {
	return float32(mix(mix(seed+stream*0x9E3779B97F4A7C15)+i*0xD1B54A32D192ED03)>>40) / (1 << 24)
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// RandomUniform adds uniform numbers in [0, 1) in the shape of like. Streams
// are independent of each other; the seed is that of the session's call.
func (b *Builder) RandomUniform(like *Value, stream int) *Value {
	return b.apply(randomUniform{stream}, like)
}
