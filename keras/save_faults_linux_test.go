package keras_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A device that is full says so, and is still there.
func TestWriteToAFullDevice(t *testing.T) {
	m := filled(t, 1)
	for _, format := range saved {
		f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		require.NoError(t, err)
		assert.ErrorIs(t, m.Write(f, format), syscall.ENOSPC)
		require.NoError(t, f.Close())
	}
	link := filepath.Join(t.TempDir(), "full.h5")
	require.NoError(t, os.Symlink("/dev/full", link))
	require.ErrorContains(t, m.Save(link), "not a regular file")
	info, err := os.Lstat("/dev/full")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeCharDevice)
}

// child runs this test binary again, to do something that ends it.
func child(t *testing.T, task, path string) *exec.Cmd {
	t.Helper()
	if testing.Short() {
		t.Skip("an emulated binary cannot start itself")
	}
	c := exec.Command(os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), "KERASRUN_TASK="+task, "KERASRUN_PATH="+path)
	return c
}

// TestChild is what the children do.
func TestChild(t *testing.T) {
	path := os.Getenv("KERASRUN_PATH")
	switch os.Getenv("KERASRUN_TASK") {
	case "save for ever":
		models := [2]float32{1, 2}
		for i := 0; ; i++ {
			require.NoError(t, filled(t, models[i%2]).Save(path))
		}
	case "save without room":
		signal.Ignore(syscall.SIGXFSZ)
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 3000, Max: 3000}))
		if err := filled(t, 2).Save(path); !errors.Is(err, syscall.EFBIG) {
			t.Errorf("received %v", err)
		}
		fmt.Println("no room")
	default:
		t.Skip("only for other tests")
	}
}

// Killed at any moment, saving leaves the old file or the new one.
func TestKilledWhileSaving(t *testing.T) {
	dir := t.TempDir()
	seen := map[float32]int{}
	for i := range 30 {
		path := filepath.Join(dir, fmt.Sprintf("%d.%s", i, []string{"h5", "keras"}[i%2]))
		require.NoError(t, filled(t, 3).Save(path))
		first, err := os.Stat(path)
		require.NoError(t, err)
		c := child(t, "save for ever", path)
		require.NoError(t, c.Start())
		for wait := 0; wait < 2000; wait++ { // until it saves
			if now, err := os.Stat(path); err == nil && !os.SameFile(first, now) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
		require.NoError(t, c.Process.Kill())
		require.Error(t, c.Wait(), "it ended before it was killed")
		seen[fillOf(t, path)]++
	}
	assert.Zero(t, seen[3], "the child never saved")
	assert.NotZero(t, seen[1])
	assert.NotZero(t, seen[2])
}

// Without room for the new file the old one stays, alone.
func TestSaveWithoutRoom(t *testing.T) {
	for _, name := range []string{"m.h5", "m.keras"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		require.NoError(t, filled(t, 1).Save(path))
		out, err := child(t, "save without room", path).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "no room")
		assert.Equal(t, float32(1), fillOf(t, path))
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, entries, 1)
	}
}
