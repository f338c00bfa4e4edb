package chart

import (
	"bytes"
	"encoding/xml"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func example() *Chart {
	return &Chart{Title: "Loss <&>", X: "epoch", Lines: []Line{
		{"loss", []float64{3, 2, 1.5, 1.2, 1}}, {"val_loss", []float64{3, math.NaN(), 2, math.Inf(1), 2}}}}
}

func TestPNGShowsTheLines(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, example().PNG(&b))
	img, err := png.Decode(&b)
	require.NoError(t, err)
	assert.Equal(t, width, img.Bounds().Dx())
	count := map[color.Color]int{}
	for y := range height {
		for x := range width {
			count[img.At(x, y)]++
		}
	}
	assert.Greater(t, count[palette[0]], 500)
	assert.Greater(t, count[palette[1]], 20)
	x, y := example().axes()
	assert.Equal(t, palette[0], img.At(int(x.place(2)), int(y.place(2))), "the line goes through its values")
}

func TestSVGIsXML(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, example().SVG(&b))
	assert.Contains(t, b.String(), "val_loss")
	assert.NotContains(t, b.String(), "NaN")
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for {
		_, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
}

func TestAxes(t *testing.T) {
	for _, c := range []struct {
		axis axis
		want []float64
	}{
		{axis{lo: 0, hi: 10}, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{axis{lo: 1, hi: 3, whole: true}, []float64{1, 2, 3}},
		{axis{lo: -1.1e-5, hi: 1.1e-5}, []float64{-1e-5, -5e-6, 0, 5e-6, 1e-5}},
	} {
		assert.InDeltaSlice(t, c.want, c.axis.ticks(), 1e-12)
	}
	for _, values := range [][]float64{nil, {1}, {0, 0}, {math.NaN()}, {math.MaxFloat64, -math.MaxFloat64}, {5e-324, 0}} {
		c := &Chart{Lines: []Line{{"x", values}}}
		assert.NoError(t, c.PNG(io.Discard))
		assert.NoError(t, c.SVG(io.Discard))
	}
}
