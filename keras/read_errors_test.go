package keras_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/keras"
)

var errDisk = errors.New("disk on fire")

// flaky fails its n-th read, and with lasting those after it too.
type flaky struct {
	*bytes.Reader
	reads, fails int
	lasting      bool
}

func (f *flaky) ReadAt(p []byte, off int64) (int, error) {
	n := f.reads
	f.reads++
	if n == f.fails || f.lasting && n > f.fails {
		return 0, errDisk
	}
	return f.Reader.ReadAt(p, off)
}

// spread takes n fixtures from all over testdata/models, half of them of each
// format.
func spread(t testing.TB, n int) []string {
	t.Helper()
	files, err := fixture.Find("../testdata/models")
	require.NoError(t, err)
	var out []string
	for _, ext := range []string{".h5", ".keras"} {
		var of []string
		for _, f := range files {
			if filepath.Ext(f) == ext {
				of = append(of, f)
			}
		}
		for i := range n / 2 {
			for _, f := range of[i*len(of)/(n/2):] { // the first that is not beyond us
				if _, err := keras.Load(f); err == nil {
					out = append(out, f)
					break
				}
			}
		}
	}
	return out
}

// Whichever read fails, once or for good, the load says so: nothing is taken for
// absent because it could not be read. Nothing stays open or running.
func TestReadErrors(t *testing.T) {
	for _, path := range spread(t, 20) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			whole := &flaky{Reader: bytes.NewReader(data), fails: -1}
			_, err = keras.Read(whole, int64(len(data)))
			require.NoError(t, err)
			require.Greater(t, whole.reads, 5)
			open, running := openFiles(t), runtime.NumGoroutine()
			for n := range whole.reads {
				for _, lasting := range []bool{false, true} {
					r := &flaky{Reader: bytes.NewReader(data), fails: n, lasting: lasting}
					_, err := keras.Read(r, int64(len(data)))
					if !errors.Is(err, errDisk) {
						t.Errorf("read %d of %d failed (lasting: %v): received %v", n, whole.reads, lasting, err)
					}
				}
			}
			assert.Equal(t, open, openFiles(t))
			for wait := 0; runtime.NumGoroutine() > running && wait < 1000; wait++ {
				time.Sleep(time.Millisecond)
			}
			assert.LessOrEqual(t, runtime.NumGoroutine(), running, "goroutines are left")
		})
	}
}
