package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elementCase is a function that treats every index by itself. run works on
// slices of one length, some of which it overwrites.
type elementCase struct {
	name   string
	slices int
	run    func(s [][]float32)
}

func elementCases() []elementCase {
	var cases []elementCase
	for _, c := range unaryCases() {
		cases = append(cases,
			elementCase{c.name, 2, func(s [][]float32) { c.f(s[0], s[1]) }},
			elementCase{c.name + " in place", 1, func(s [][]float32) { c.f(s[0], s[0]) }})
	}
	for name, f := range map[string]func(dst, a, b []float32){
		"Add": Add, "Sub": Sub, "Mul": Mul, "Div": Div, "Max": Max, "Min": Min,
		"ReluGrad": ReluGrad, "TanhGrad": TanhGrad, "SigmoidGrad": SigmoidGrad,
	} {
		cases = append(cases,
			elementCase{name, 3, func(s [][]float32) { f(s[0], s[1], s[2]) }},
			elementCase{name + " in place", 2, func(s [][]float32) { f(s[1], s[0], s[1]) }})
	}
	return append(cases,
		elementCase{"Clamp", 2, func(s [][]float32) { Clamp(s[0], s[1], -1.5, 2) }},
		elementCase{"Elu", 2, func(s [][]float32) { Elu(s[0], s[1], 0.7) }},
		elementCase{"LeakyRelu", 2, func(s [][]float32) { LeakyRelu(s[0], s[1], 0.3) }},
		elementCase{"AddScalar", 2, func(s [][]float32) { AddScalar(s[0], s[1], 0.3) }},
		elementCase{"MulScalar", 2, func(s [][]float32) { MulScalar(s[0], s[1], 0.3) }},
		elementCase{"MulAdd", 4, func(s [][]float32) { MulAdd(s[0], s[1], s[2], s[3]) }},
		elementCase{"Axpy", 2, func(s [][]float32) { Axpy(s[0], 0.3, s[1]) }},
		elementCase{"SGDStep", 2, func(s [][]float32) { SGDStep(s[0], s[1], 0.3) }},
		elementCase{"MomentumStep", 3, func(s [][]float32) { MomentumStep(s[0], s[1], s[2], 0.3, 0.9, false) }},
		elementCase{"MomentumStep nesterov", 3, func(s [][]float32) { MomentumStep(s[0], s[1], s[2], 0.3, 0.9, true) }},
		elementCase{"AdamStep", 4, func(s [][]float32) { AdamStep(s[0], s[1], s[2], s[3], 0.01, 0.9, 0.999, 1e-7) }},
		elementCase{"RMSpropStep", 3, func(s [][]float32) { RMSpropStep(s[0], s[1], s[2], 0.01, 0.9, 1e-7) }},
	)
}

// mixed returns n values, most of them ordinary, with the special ones among
// them.
func mixed(n, seed int) []float32 {
	special := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)),
		float32(math.Inf(-1)), 1e-40, -1e-40, math.MaxFloat32, -math.MaxFloat32, 100, -100, 3, -3}
	x := make([]float32, n)
	state := uint32(seed)*2654435761 + 1
	for i := range x {
		state = state*1664525 + 1013904223
		if state>>28 == 0 {
			x[i] = special[int(state>>16)%len(special)]
		} else {
			x[i] = (float32(state>>8)/(1<<24) - 0.5) * 8
		}
	}
	return x
}

const longest = 1025

// TestElementwisePosition runs every short length and every seventh long one against the end of readable
// memory and requires the bits each element got in one long call.
func TestElementwisePosition(t *testing.T) {
	var edge [4][]float32
	for i := range edge {
		edge[i] = guarded(t, longest+8, 0, false)
	}
	eachVariant(t, func(t *testing.T) {
		for _, c := range elementCases() {
			in, want := make([][]float32, c.slices), make([][]float32, c.slices)
			for i := range in {
				in[i] = mixed(longest, i+1)
				want[i] = append([]float32(nil), in[i]...)
			}
			c.run(want)
			for n := 0; n <= longest; n += 1 + n/130*6 {
				got := make([][]float32, c.slices)
				for i := range got {
					got[i] = edge[i][longest+8-n:]
					copy(got[i], in[i][longest-n:])
					for j := range 8 {
						edge[i][longest-n+j] = 12345
					}
				}
				c.run(got)
				for i := range got {
					requireSameBits(t, want[i][longest-n:], got[i], c.name)
					for j := range 8 {
						require.Equal(t, float32(12345), edge[i][longest-n+j], "%s wrote before its slice", c.name)
					}
				}
			}
		}
	})
}

func requireSameBits(t *testing.T, want, got []float32, what string) {
	t.Helper()
	for i, w := range want {
		if math.Float32bits(w) != math.Float32bits(got[i]) && !(w != w && got[i] != got[i]) {
			require.Failf(t, "different bits", "%s: element %d of %d: %g, want %g", what, i, len(want), got[i], w)
		}
	}
}

// TestElementwiseAgainstPortable holds every variant to the portable answers.
func TestElementwiseAgainstPortable(t *testing.T) {
	eachVariant(t, func(t *testing.T) {
		for _, c := range elementCases() {
			got, want := make([][]float32, c.slices), make([][]float32, c.slices)
			for i := range got {
				got[i] = mixed(longest, i+7)
				want[i] = append([]float32(nil), got[i]...)
			}
			c.run(got)
			restore := Use(Generic)
			c.run(want)
			restore()
			for i := range got {
				assertNear(t, want[i], got[i], 1e-6, c.name)
			}
		}
	})
}

// assertNear compares with a tolerance relative to max(1, |want|); NaN and
// infinities must agree.
func assertNear(t *testing.T, want, got []float32, tolerance float64, what string) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		if sameFloat(w, got[i]) {
			continue
		}
		diff := math.Abs(float64(w) - float64(got[i]))
		if !(diff <= tolerance*max(1, math.Abs(float64(w)))) {
			assert.Failf(t, "too far", "%s: element %d: %g, want %g", what, i, got[i], w)
			return
		}
	}
}

// TestAssemblyAgrees requires the same bits of every assembly variant: of the
// element-wise functions, the row functions and the cells.
func TestAssemblyAgrees(t *testing.T) {
	var first map[string][]float32
	for _, v := range Variants()[1:] {
		restore := Use(v)
		answers := map[string][]float32{}
		for _, c := range elementCases() {
			s := make([][]float32, c.slices)
			for i := range s {
				s[i] = mixed(longest, i+11)
			}
			c.run(s)
			for i := range s {
				answers[c.name] = append(answers[c.name], s[i]...)
			}
		}
		for _, c := range rowCases {
			for cols := 1; cols < 140; cols++ {
				dst := make([]float32, 2*cols)
				c.run(dst, random(2*cols, cols), random(cols, 2), random(cols, 3), 2, cols)
				answers[c.name] = append(answers[c.name], dst...)
			}
		}
		h, c := random(75, 1), random(75, 2)
		LSTMCell(h, c, random(300, 3), 75)
		GRUCell(h, random(225, 4), random(225, 5), 75)
		answers["cells"] = append(h, c...)
		restore()
		if first == nil {
			first = answers
		}
		for name, want := range first {
			requireSameBits(t, want, answers[name], name+" in "+v.String())
		}
	}
}
