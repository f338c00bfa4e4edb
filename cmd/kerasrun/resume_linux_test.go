package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
)

// Training that is killed at any moment, and started again by the same command, comes to
// the same history, weights and state, bit for bit.
func TestResumeAfterKills(t *testing.T) {
	dir := t.TempDir()
	args := func(name string) []string {
		return []string{"finetune", training + "optimizer_adam_k3.keras", "--data", training + "optimizer_adam_k3.npz", "--epochs", "60", "--batch-size", "8",
			"--seed", "7", "--validation-split", "0.2", "--history", filepath.Join(dir, name+".json"), "-o", filepath.Join(dir, name+".keras")}
	}
	start := time.Now()
	whole, errs := process(append(args("whole"), "--resume", filepath.Join(dir, "other"))...)
	require.NoError(t, whole.Run(), errs)
	took := time.Since(start)

	resume := append(args("killed"), "--resume", filepath.Join(dir, "backup"))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random, kills, rounds := rand.New(rand.NewPCG(seed, 0)), 0, 8
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		c, _ := process(resume...)
		require.NoError(t, c.Start())
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		select {
		case err := <-ended: // before it was its turn
			require.NoError(t, err)
		case <-time.After(time.Duration(random.Int64N(int64(took / 2)))):
			require.NoError(t, c.Process.Kill())
			if err := <-ended; err != nil { // killed, or done just before
				kills++
			}
		}
		if c.ProcessState.Success() {
			break
		}
	}
	last, errs := process(resume...)
	require.NoError(t, last.Run(), errs)
	assert.NotZero(t, kills)

	want, err := os.ReadFile(filepath.Join(dir, "whole.json"))
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(dir, "killed.json"))
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
	a, err := keras.Load(filepath.Join(dir, "whole.keras"))
	require.NoError(t, err)
	b, err := keras.Load(filepath.Join(dir, "killed.keras"))
	require.NoError(t, err)
	for i, w := range a.Weights() {
		assert.Equal(t, w.Value.Bytes(), b.Weights()[i].Value.Bytes(), w.Name)
	}
	for i, s := range a.Origin().Optimizer {
		assert.Equal(t, s.Data, b.Origin().Optimizer[i].Data, s.Name)
	}
	left, err := os.ReadDir(filepath.Join(dir, "backup"))
	require.NoError(t, err)
	assert.Empty(t, left, "what killed runs left")
}
