package chart

import (
	"encoding/xml"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wellFormed reads an SVG as XML and returns how often each element is there.
func wellFormed(t *testing.T, svg string) map[string]int {
	t.Helper()
	n := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if token == nil {
			require.Equal(t, "EOF", err.Error())
			return n
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok {
			n[e.Name.Local]++
		}
	}
}

func TestFigure(t *testing.T) {
	nan := math.NaN()
	f := &Figure{Title: "a < b", X: "epoch", Y: "loss", Width: 400, Height: 300, Legend: true, Series: []Series{
		{Name: "one", X: []float64{1, 2, 3}, Y: []float64{1, 2, 3}, Low: []float64{0, 1, nan}, High: []float64{2, 3, nan}},
		{Name: "two & more", X: []float64{1, 2, 3}, Y: []float64{3, nan, 1}, Color: Colors + 1},
		{Name: "dots", X: []float64{1, 2}, Y: []float64{math.Inf(1), 1}, Kind: Points},
		{Name: "bars", X: []float64{1, 2, 3}, Y: []float64{1, 2, 0}, Kind: Bars},
	}}
	svg := f.SVG()
	n := wellFormed(t, svg)
	assert.Equal(t, 1, n["polygon"])
	assert.Equal(t, 1, n["circle"], "what is not finite is not drawn")
	assert.Equal(t, 2, n["rect"])
	assert.Contains(t, svg, "two &amp; more")
	assert.Contains(t, svg, "line dashed")
	assert.NotContains(t, svg, "NaN")
	assert.NotContains(t, svg, "Inf")
	wellFormed(t, (&Figure{Title: "nothing", Width: 100, Height: 100}).SVG())
}

// A loss that falls by orders of magnitude is drawn to the logarithm: equal ratios
// are equal lengths.
func TestFigureLogarithm(t *testing.T) {
	f := &Figure{Width: 400, Height: 300, Series: []Series{{X: []float64{0, 1, 2}, Y: []float64{100, 10, 1}}}}
	m := regexp.MustCompile(`class="line" style="[^"]*" d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)"`).FindStringSubmatch(f.SVG())
	require.NotNil(t, m)
	assert.Equal(t, []string{"26.0", "143.0", "260.0"}, m[1:])
}

func TestBraille(t *testing.T) {
	assert.Equal(t, []string{"⠑⢄⡀⠀⠀", "⠀⠀⠈⠒⠢"}, Braille([]float64{4, 3.2, 2.6, 2.1, 1.7, 1.4, 1}, 0.5, 4, 5, 2))
	assert.Equal(t, []string{"⠤⠤"}, Braille([]float64{2}, 2, 2, 2, 1), "no range: a line in the middle")
	assert.Equal(t, []string{"⠀⠀"}, Braille([]float64{math.NaN()}, 0, 1, 2, 1))
	assert.Equal(t, []string{"⠀⠀"}, Braille(nil, 0, 1, 2, 1))
	assert.Equal(t, []string{"⢸", "⡸"}, Braille([]float64{0, 1}, 0, 1, 1, 2), "no holes")
}
