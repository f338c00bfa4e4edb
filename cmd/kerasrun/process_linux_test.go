package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain runs the command itself where a test starts this program again.
func TestMain(m *testing.M) {
	if os.Getenv("KERASRUN_TEST_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

func process(args ...string) (*exec.Cmd, *bytes.Buffer) {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "KERASRUN_TEST_MAIN=1")
	var errs bytes.Buffer
	c.Stderr = &errs
	return c, &errs
}

func TestSignalsEndAWaitForRows(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "rows")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	out := filepath.Join(t.TempDir(), "y.csv")
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		for name, args := range map[string][]string{
			"a pipe nobody has opened": {"predict", seed + "seed_k2.h5", pipe, "-o", out},
			"a silent standard input":  {"predict", seed + "seed_k2.h5"},
			"data to train on":         {"finetune", seed + "seed_k2.h5", "--data", pipe, "-o", filepath.Join(t.TempDir(), "o.h5")},
		} {
			c, errs := process(args...)
			stdin, err := c.StdinPipe()
			require.NoError(t, err)
			require.NoError(t, c.Start())
			ended := make(chan error, 1)
			go func() { ended <- c.Wait() }()
			time.Sleep(600 * time.Millisecond) // it has to get to the wait
			require.NoError(t, c.Process.Signal(signal))
			select {
			case err := <-ended:
				require.Error(t, err)
				assert.Equal(t, exitFailed, c.ProcessState.ExitCode(), "%s: %s", name, errs)
				assert.Contains(t, errs.String(), "interrupted", name)
			case <-time.After(20 * time.Second):
				_ = c.Process.Kill()
				t.Errorf("%s: still waiting after %v", name, signal)
			}
			_ = stdin.Close()
		}
	}
	assert.NoFileExists(t, out)
}

func TestOutputsThatEnd(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	c, errs := process("predict", seed+"seed_k2.h5", seed+"rows.csv")
	c.Stdout = full
	require.Error(t, c.Run())
	assert.Equal(t, exitFailed, c.ProcessState.ExitCode())
	assert.Contains(t, errs.String(), "no space left")

	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	defer w.Close()
	c, errs = process("predict", seed+"seed_k2.h5", seed+"rows.csv")
	c.Stdout = w
	require.Error(t, c.Run())
	assert.Equal(t, exitFailed, c.ProcessState.ExitCode())
	assert.Empty(t, errs.String(), "whoever read has seen enough")

	c, errs = process("predict", seed+"seed_k2.h5", seed+"rows.csv", "-o", "/dev/full")
	require.Error(t, c.Run())
	assert.Equal(t, exitFailed, c.ProcessState.ExitCode())
	assert.Contains(t, errs.String(), "/dev/full: no space left")
}

// TestKilledRunsGoOn kills a run in the middle of its answers: those that were
// computed are there, and the same command goes on behind them.
func TestKilledRunsGoOn(t *testing.T) {
	out := filepath.Join(t.TempDir(), "y.csv")
	c, errs := process("predict", seed+"seed_k2.h5", "-", "-o", out, "--batch", "2")
	stdin, err := c.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	_, err = stdin.Write([]byte(rowsCSV(t)))
	require.NoError(t, err)
	lines := func() int {
		text, _ := os.ReadFile(out)
		return bytes.Count(text, []byte("\n"))
	}
	require.Eventually(t, func() bool { return lines() > 2 }, 20*time.Second, 10*time.Millisecond, errs)
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
	r := kerasrun(t, "", "predict", seed+"seed_k2.h5", seed+"rows.csv", "-o", out, "--resume")
	assert.Zero(t, r.code, r.stderr)
	want := kerasrun(t, "", "predict", seed+"seed_k2.h5", seed+"rows.csv")
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, want.stdout, string(text))
}

func TestPipesAsRows(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "rows")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	go func() { _ = os.WriteFile(pipe, []byte(rowsCSV(t)), 0) }()
	want := kerasrun(t, rowsCSV(t), "predict", seed+"seed_k2.h5")
	got := kerasrun(t, "", "predict", seed+"seed_k2.h5", pipe)
	assert.Zero(t, got.code, got.stderr)
	assert.Equal(t, want.stdout, got.stdout)
	var errs bytes.Buffer
	assert.Equal(t, exitFailed, run(context.Background(), []string{"inspect", pipe}, nil, &bytes.Buffer{}, &errs))
	assert.Contains(t, errs.String(), "a pipe")
}
