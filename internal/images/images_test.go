package images

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
)

var channelsOf = map[string]int{"grayscale": 1, "rgb": 3, "rgba": 4}

// off is how far pixels may be from Keras': libjpeg rounds the inverse cosine
// transform otherwise, and TensorFlow asks it for the fast, less exact one.
func off(file, function string) float64 {
	switch {
	case !strings.HasPrefix(file, "jpeg"):
		return 0
	case function == "dataset":
		return 5
	}
	return 3 // 2, and what lanczos makes of it
}

// TestAsKeras reads every image as real Keras did.
func TestAsKeras(t *testing.T) {
	answers, err := npz.ReadFile("testdata/want.npz", npz.Limits{})
	require.NoError(t, err)
	require.Greater(t, len(answers), 100)
	worst, mean := map[string]float64{}, map[string]float64{}
	for _, a := range answers {
		key := strings.Split(a.Name, "|") // file, function, color mode, interpolation, size
		data, err := os.ReadFile(filepath.Join("testdata", key[0]))
		require.NoError(t, err)
		m, err := Decode(bytes.NewReader(data), channelsOf[key[2]])
		require.NoError(t, err, a.Name)
		want, err := a.Float64s()
		require.NoError(t, err)
		o := Options{Dataset: key[1] == "dataset", Interpolation: key[3], Crop: strings.HasSuffix(key[4], "crop")}
		require.NoError(t, o.Check())
		got := o.Fit(nil, m, a.Shape[0], a.Shape[1])
		require.Len(t, got, len(want), a.Name)
		var most, sum float64
		for i := range got {
			d := float64(got[i]) - want[i]
			most, sum = max(most, d, -d), sum+max(d, -d)
		}
		worst[key[0]], mean[key[0]] = max(worst[key[0]], most), max(mean[key[0]], sum/float64(len(got)))
		assert.LessOrEqual(t, most, off(key[0], key[1]), a.Name)
	}
	for file, d := range worst {
		t.Logf("%s: at most %g off, %.3f in the mean", file, d, mean[file])
	}
}

// TestBadImages: no file takes memory before its size is known to be sound.
func TestBadImages(t *testing.T) {
	read := func(b []byte) error {
		_, err := Decode(bytes.NewReader(b), 3)
		return err
	}
	assert.ErrorContains(t, read(nil), "0 bytes")
	assert.ErrorContains(t, read([]byte("no image at all")), "known format")
	bomb := []byte("\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00")
	assert.ErrorContains(t, read(bomb), "65535×65535")
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		if strings.HasSuffix(f, ".npz") {
			continue
		}
		assert.Error(t, read(b[:20]), f)
		for i := range b { // each byte another
			damaged := bytes.Clone(b)
			damaged[i] ^= 0xff
			_ = read(damaged)
		}
	}
}

func TestOptions(t *testing.T) {
	assert.Error(t, Options{Interpolation: "cubic"}.Check())
	assert.Error(t, Options{Dataset: true, Interpolation: "lanczos"}.Check())
	assert.NoError(t, Options{Interpolation: "lanczos"}.Check())
	m := newImage(1000, 1, 3) // a crop of less than a pixel is one
	assert.Len(t, Options{Crop: true, Interpolation: "bilinear"}.Fit(nil, m, 50, 1), 150)
}

func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.*")
	for _, path := range files {
		if b, err := os.ReadFile(path); err == nil && len(b) < 10_000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := Decode(bytes.NewReader(b), 3); err == nil && len(m.Pixels) != m.Width*m.Height*3 {
			t.Error(m.Width, m.Height, len(m.Pixels))
		}
	})
}
