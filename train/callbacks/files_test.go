package callbacks

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/train"
)

// killed ends training in the middle of an epoch.
type killed struct {
	train.Silent
	epoch int
}

var errKilled = errors.New("killed")

func (c killed) StepEnd(r *train.Run) error {
	if r.Epoch == c.epoch && r.Step == 2 {
		return errKilled
	}
	return nil
}

// Training that was killed twice comes to the same weights, history and state, bit
// for bit.
func TestBackupAndRestore(t *testing.T) {
	for _, name := range []string{"optimizer_adam_k3", "optimizer_ema_k3", "optimizer_muon_k3", "optimizer_loss_scale_k3", "schedule_cosine_k2", "batch_normalization_k2"} {
		t.Run(name, func(t *testing.T) {
			g := load(t, name)
			g.config.Epochs, g.config.NoShuffle, g.config.Seed = 6, false, 5
			want, err := train.Fit(t.Context(), g.model, g.data, g.config)
			require.NoError(t, err)

			folder := t.TempDir()
			for _, epoch := range []int{1, 3, 3, 5} {
				g.config.Callbacks = []train.Callback{killed{epoch: epoch}, &BackupAndRestore{Folder: folder}}
				_, err = train.Fit(t.Context(), g.model, g.data, g.config)
				require.ErrorIs(t, err, errKilled)
			}
			last := &BackupAndRestore{Folder: folder}
			g.config.Callbacks = []train.Callback{last}
			got, err := train.Fit(t.Context(), g.model, g.data, g.config)
			require.NoError(t, err)
			assert.Equal(t, 4, last.Resumed)
			assert.Equal(t, want.Epochs, got.Epochs)
			assert.Equal(t, want.Names, got.Names)
			for i, w := range want.Model.Weights() {
				assert.Equal(t, w.Value.Bytes(), got.Model.Weights()[i].Value.Bytes(), w.Name)
			}
			for i, s := range want.Model.Origin().Optimizer {
				assert.Equal(t, s.Data, got.Model.Origin().Optimizer[i].Data, s.Name)
			}
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

// A backup of another model is refused.
func TestBackupOfAnotherModel(t *testing.T) {
	folder := t.TempDir()
	g := load(t, "optimizer_adam_k3")
	g.config.Callbacks = []train.Callback{&BackupAndRestore{Folder: folder, Keep: true}}
	_, err := train.Fit(t.Context(), g.model, g.data, g.config)
	require.NoError(t, err)
	other := load(t, "metrics_r2_k3")
	other.config.Callbacks = g.config.Callbacks
	_, err = train.Fit(t.Context(), other.model, other.data, other.config)
	assert.ErrorContains(t, err, "the model is another")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "backup.json"), []byte(`{"model":"../x"}`), 0o666))
	var broken *keras.FormatError
	_, err = train.Fit(t.Context(), g.model, g.data, g.config)
	assert.ErrorAs(t, err, &broken)
}

func TestModelCheckpoint(t *testing.T) {
	folder := t.TempDir()
	g := load(t, "optimizer_adam_k3")
	g.config.Epochs = 3
	g.config.Callbacks = []train.Callback{
		&ModelCheckpoint{Path: filepath.Join(folder, "all", "{epoch:02d}-{loss:.2f}.keras"), Monitor: Monitor{Name: "loss"}},
		&ModelCheckpoint{Path: filepath.Join(folder, "best.weights.h5"), Monitor: Monitor{Name: "loss"}, SaveBestOnly: true, SaveWeightsOnly: true},
		&ModelCheckpoint{Path: filepath.Join(folder, "steps{epoch}-{batch}.h5"), SaveFreq: 5},
	}
	h, err := train.Fit(t.Context(), g.model, g.data, g.config)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(folder, "all", "0?-?.??.keras"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	last, err := keras.Load(files[2])
	require.NoError(t, err)
	for i, w := range h.Model.Weights() {
		assert.Equal(t, w.Value.Bytes(), last.Weights()[i].Value.Bytes())
	}
	steps, err := filepath.Glob(filepath.Join(folder, "steps*.h5")) // of 12: the 5th and the 10th
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(folder, "steps2-1.h5"), filepath.Join(folder, "steps3-2.h5")}, steps)
	assert.FileExists(t, filepath.Join(folder, "best.weights.h5"))

	for path, want := range map[string]string{"x.onnx": "must end in", filepath.Join(files[0], "x.keras"): "not a directory", filepath.Join(folder, "{loss", "x.keras"): "a place must be", filepath.Join(folder, "{gain}.keras"): "no number"} {
		g.config.Callbacks = []train.Callback{&ModelCheckpoint{Path: path}}
		_, err = train.Fit(t.Context(), g.model, g.data, g.config)
		assert.ErrorContains(t, err, want)
	}
}

func TestCSVLogger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	g := load(t, "optimizer_adam_k3")
	g.config.Epochs = 2
	for range 2 {
		g.config.Callbacks = []train.Callback{&CSVLogger{Path: path, Append: true, Separator: ';'}}
		_, err := train.Fit(t.Context(), g.model, g.data, g.config)
		require.NoError(t, err)
	}
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Regexp(t, `^epoch;loss;val_loss\r\n0;[\d.]+;NA\r\n1;[\d.]+;NA\r\n0;`, string(text))
}
