package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func put(path, text string) error {
	return Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode()
}

// dead is the id of a process that has ended.
func dead(t *testing.T) int {
	t.Helper()
	c := exec.Command("true")
	require.NoError(t, c.Run())
	return c.Process.Pid
}

func TestModes(t *testing.T) {
	dir := t.TempDir()
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	path := filepath.Join(dir, "new")
	require.NoError(t, put(path, "a"))
	assert.Equal(t, os.FileMode(0o640), modeOf(t, path), "the umask decides")
	for _, mode := range []os.FileMode{0o600, 0o666, 0o444} {
		require.NoError(t, os.Chmod(path, mode))
		require.NoError(t, put(path, "b"))
		assert.Equal(t, mode, modeOf(t, path), "a file keeps its mode")
	}
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, Write(path, func(io.Writer) error {
		found, err := filepath.Glob(filepath.Join(dir, ".*"))
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, os.FileMode(0o600), modeOf(t, found[0]), "nobody else reads what nobody else may")
		return nil
	}))
}

func TestOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root gives files away")
	}
	path := filepath.Join(t.TempDir(), "theirs")
	require.NoError(t, put(path, "a"))
	require.NoError(t, os.Chown(path, 1234, 4321))
	require.NoError(t, put(path, "b"))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 1234, info.Sys().(*syscall.Stat_t).Uid)
	assert.EqualValues(t, 4321, info.Sys().(*syscall.Stat_t).Gid)
}

func TestLinks(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	target, link := filepath.Join(other, "target"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(target, link))
	for _, text := range []string{"not there before", "there before"} {
		require.NoError(t, put(link, text))
		assert.Equal(t, text, content(t, target))
		info, err := os.Lstat(link)
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&os.ModeSymlink, "the link stays one")
	}
	relative := filepath.Join(other, "relative")
	require.NoError(t, os.Symlink("target", relative))
	require.NoError(t, put(relative, "again"))
	assert.Equal(t, "again", content(t, target))
	circle := filepath.Join(dir, "circle")
	require.NoError(t, os.Symlink("circle", circle))
	assert.ErrorContains(t, put(circle, "x"), "symbolic links")
}

func TestWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, put(path, "before"))
	full := errors.New("disk full")
	assert.ErrorIs(t, Write(path, func(w io.Writer) error {
		fmt.Fprint(w, "half")
		return full
	}), full)
	assert.Equal(t, "before", content(t, path))
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, left, 1)
	assert.ErrorContains(t, put(filepath.Dir(path), "x"), "not a regular file")
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	assert.ErrorContains(t, put(pipe, "x"), "not a regular file")
	assert.NoError(t, Writable(path))
	assert.Error(t, Writable(filepath.Join(path, "below a file")))
	assert.NoError(t, put(filepath.Join(filepath.Dir(path), strings.Repeat("n", 250)), "a long name"))
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, pid int) string {
		path := filepath.Join(dir, fmt.Sprintf(name, pid))
		require.NoError(t, os.WriteFile(path, []byte("half"), 0o600))
		return path
	}
	gone := dead(t)
	killed := []string{file(".model.h5.kerasrun-%d-0123abcd", gone), file(".a.kerasrun-1.kerasrun-%d-ffffffff", gone)}
	kept := []string{
		file(".model.h5.kerasrun-%d-0123abcd", os.Getpid()), file("model.kerasrun-%d-0123abcd", gone), file(".model.kerasrun-%d-xyz", gone),
		file(".model.kerasrun-%d-0123abcg", gone), file(".model.h5.%d", gone), file(".kerasrun-%d", gone),
	}
	held := file(".held.kerasrun-%d-0123abcd", gone) // by a process of another container
	f, err := os.Open(held)
	require.NoError(t, err)
	defer f.Close()
	require.True(t, lock(f))
	require.NoError(t, put(filepath.Join(dir, "model.h5"), "new"))
	for _, path := range killed {
		assert.NoFileExists(t, path)
	}
	for _, path := range append(kept, held) {
		assert.FileExists(t, path)
	}
}
