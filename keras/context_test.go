package keras_test

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// canceling cancels a context at the read after the given number of them.
type canceling struct {
	io.ReaderAt
	left   int
	cancel context.CancelFunc
}

func (c *canceling) ReadAt(p []byte, off int64) (int, error) {
	if c.left--; c.left < 0 {
		c.cancel()
	}
	return c.ReaderAt.ReadAt(p, off)
}

// Whenever a load's context ends, the load ends with the context's error: no model
// and no other error come out.
func TestLoadEndsWithItsContext(t *testing.T) {
	for _, name := range []string{"seed_k2.h5", "seed_k3.keras"} {
		t.Run(name, func(t *testing.T) {
			f, err := os.Open("../testdata/models/seed/" + name)
			require.NoError(t, err)
			defer f.Close()
			info, err := f.Stat()
			require.NoError(t, err)
			for reads := 0; ; reads++ {
				ctx, cancel := context.WithCancel(context.Background())
				r := &canceling{f, reads, cancel}
				m, err := keras.Read(r, info.Size(), keras.WithContext(ctx))
				cancel()
				if r.left >= 0 {
					require.NoError(t, err)
					require.Greater(t, reads, 3)
					return
				}
				require.ErrorIs(t, err, context.Canceled)
				require.Nil(t, m)
			}
		})
	}
}

func TestDeadlinePassed(t *testing.T) {
	const path = "../testdata/models/seed/seed_k3.keras"
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	_, err := keras.Load(path, keras.WithContext(ctx))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = keras.ReadFS(os.DirFS("../testdata/models/seed"), "seed_k3.keras", keras.WithContext(ctx))
	require.ErrorIs(t, err, context.DeadlineExceeded)

	m, err := keras.Load(path)
	require.NoError(t, err)
	_, err = m.LoadWeights(path, keras.WithContext(ctx))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	p, err := m.CompileContext(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Nil(t, p)
}
