package callbacks

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/train"
)

// The checksums are TensorFlow's: those of a record that it wrote.
func TestRecord(t *testing.T) {
	assert.Equal(t, "0300000000000000b099490e6162636e57f121", hex.EncodeToString(record(nil, []byte("abc"))))
}

// scripts/tensorboard_events.py has TensorBoard itself read the same.
func TestTensorBoard(t *testing.T) {
	folder := t.TempDir()
	g := load(t, "validation_split_k3")
	g.config.Callbacks = []train.Callback{&TensorBoard{Folder: folder, UpdateFreq: 2}}
	_, err := train.Fit(t.Context(), g.model, g.data, g.config)
	require.NoError(t, err)
	for part, tags := range map[string][]string{
		"train":      {"epoch_loss", "epoch_mae", "epoch_learning_rate", "batch_loss", "batch_mae"},
		"validation": {"epoch_loss", "epoch_mae", "evaluation_loss_vs_iterations", "evaluation_mae_vs_iterations"},
	} {
		files, err := filepath.Glob(filepath.Join(folder, part, "events.out.tfevents.*.v2"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		raw, err := os.ReadFile(files[0])
		require.NoError(t, err)
		var all []byte
		for rest := raw; len(rest) > 0; {
			n := binary.LittleEndian.Uint64(rest)
			data := rest[12:][:n]
			assert.Equal(t, record(nil, data), rest[:16+n])
			all, rest = append(all, data...), rest[16+n:]
		}
		for _, tag := range tags {
			assert.Contains(t, string(all), tag, part)
		}
	}
}
