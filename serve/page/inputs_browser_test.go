//go:build browser

package page

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// npyFile writes float32 as NumPy does.
func npyFile(t testing.TB, shape string, values ...float32) string {
	t.Helper()
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': %s, }", shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	data := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	data = append(data, header...)
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	name := filepath.Join(t.TempDir(), "x.npy")
	require.NoError(t, os.WriteFile(name, data, 0o644))
	return name
}

// TestInputs: a picture, an array, a row for several inputs, texts, and what is wrong with them.
func TestInputs(t *testing.T) {
	dir := "../../testdata/models/layers/"
	base := serving(t, command(t), "two="+twoFile, "picture="+dir+"AutoContrast_bytes_k3.keras", "text="+dir+"Hashing_count_k3.keras")
	ctx := browser(t)
	open := func(name string) {
		do(t, ctx, chromedp.Navigate(base+"#/"+name), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS("#input0")))
	}
	predict := func() {
		do(t, ctx, chromedp.Click(chromedp.CSS("#predict")), chromedp.WaitVisible(chromedp.CSS("#answer details")))
	}

	picture := image.NewNRGBA(image.Rect(0, 0, 5, 4))
	for i := range 20 {
		picture.SetNRGBA(i%5, i/5, color.NRGBA{uint8(10 * i), uint8(200 - i), 7, 255})
	}
	name := filepath.Join(t.TempDir(), "x.png")
	f, err := os.Create(name)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, picture))
	require.NoError(t, f.Close())
	open("picture")
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#input0 ~ .drop input"), []string{name}))
	eventually(t, ctx, ".held", "picture 5 × 4")
	predict()
	assert.Contains(t, get(t, ctx, chromedp.TextContent(chromedp.CSS("pre:not(#exact)"))), "[[[[0,200,7],[10,199,7],[20,198,7]")
	shot(t, ctx, "picture")

	open("two")
	array := npyFile(t, "(4, 3)", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11.5)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#input0 ~ .drop input"), []string{array}))
	eventually(t, ctx, ".held", "array (4, 3)")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#input1"), strings.Repeat("100 ", 12)))
	predict()
	assert.Equal(t, "[[[100,101,102],[103,104,105],[106,107,108],[109,110,111.5]]]", get(t, ctx, chromedp.TextContent(chromedp.CSS("#exact"))))
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#input0 ~ .drop input"), []string{name}))
	eventually(t, ctx, "form", "wanted .npy")

	open("two")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#row"), strings.TrimSuffix(strings.Repeat("1,", 12)+strings.Repeat("2,", 12), ",")+"\n"))
	predict()
	assert.Equal(t, "[[[3,3,3],[3,3,3],[3,3,3],[3,3,3]]]", get(t, ctx, chromedp.TextContent(chromedp.CSS("#exact"))))

	open("text")
	get(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("button")].find(b => b.textContent === "Zeros").click(), 0`))
	predict()
}

// TestFolds: a model within is unfolded by mouse and keyboard, and layers in it answer.
func TestFolds(t *testing.T) {
	base := serving(t, command(t), "nested=../../testdata/models/layers/Functional_nested_twice_k3.keras")
	ctx := browser(t)
	do(t, ctx, chromedp.Navigate(base+"#/nested"), chromedp.WaitVisible(chromedp.CSS(".node.model")))
	count := func() int {
		return get(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(".node").length`))
	}
	folded := count()
	get(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("button")].find(b => b.textContent === "Random row").click(), 0`))
	do(t, ctx, chromedp.Click(chromedp.CSS("#predict")), chromedp.WaitVisible(chromedp.CSS("#answer details")), chromedp.Click(chromedp.CSS(".node.model")))
	unfolded := count()
	assert.Greater(t, unfolded, folded)
	do(t, ctx, chromedp.Click(chromedp.CSS(`.node.weighted[data-path*="/"]`)))
	eventually(t, ctx, "#activations", "First row")
	eventually(t, ctx, "#detail", "deviation")
	audit(t, ctx, "folds")
	shot(t, ctx, "folds")
	get(t, ctx, chromedp.Evaluate[int](`document.querySelector(".node.model").focus(), 0`))
	do(t, ctx, chromedp.KeyEvent("\r"))
	assert.Equal(t, folded, count())
}
