package callbacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/kerasrun/kerasrun/internal/atomicfile"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/train"
)

// BackupAndRestore keeps in a folder what training needs to go on after it was
// killed, at any moment: it goes on after the last whole epoch, and its weights and
// history are those of training that never stopped, bit for bit. Other callbacks
// begin anew, as Keras' do. Put it last.
type BackupAndRestore struct {
	train.Silent
	Folder string
	Keep   bool // leave the backup when training ends; Keras' delete_checkpoint is the contrary

	Resumed int // set by Begin: the epochs that were before, 0 when there was no backup
}

// backup is what the folder's backup.json holds. The model is in a file of its own,
// so that either the old pair is whole or the new one.
type backup struct {
	Epoch  int                 `json:"epoch"`
	Model  string              `json:"model"`
	Names  []string            `json:"names"`
	Epochs map[string][]number `json:"history"`
}

// number is a float64 by its bits: JSON has no NaN.
type number float64

// MarshalJSON writes the bits.
func (n number) MarshalJSON() ([]byte, error) { return json.Marshal(math.Float64bits(float64(n))) }

// UnmarshalJSON reads the bits.
func (n *number) UnmarshalJSON(data []byte) error {
	var bits uint64
	err := json.Unmarshal(data, &bits)
	*n = number(math.Float64frombits(bits))
	return err
}

func (c *BackupAndRestore) file() string { return filepath.Join(c.Folder, "backup.json") }

// Begin goes on from a backup, when there is one.
func (c *BackupAndRestore) Begin(r *train.Run) error {
	c.Resumed = 0
	if err := canWrite(c.Folder); err != nil {
		return err
	}
	raw, err := os.ReadFile(c.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var b backup
	if err := json.Unmarshal(raw, &b); err != nil || filepath.Base(b.Model) != b.Model {
		return &keras.FormatError{File: c.file(), What: "backup of training", Wanted: "what BackupAndRestore writes", Received: fmt.Sprint(err)}
	}
	begun, err := r.Model()
	if err != nil {
		return err
	}
	m, err := keras.Load(filepath.Join(c.Folder, b.Model), keras.WithCustomOf(begun))
	if err != nil {
		return err
	}
	h := &train.History{Names: b.Names, Epochs: map[string][]float64{}}
	for name, list := range b.Epochs {
		for _, v := range list {
			h.Epochs[name] = append(h.Epochs[name], float64(v))
		}
	}
	if err := r.GoOn(m, b.Epoch, h); err != nil {
		return fmt.Errorf("%s: %w", c.file(), err)
	}
	c.Resumed = b.Epoch
	return nil
}

// EpochEnd writes the backup, and then removes the one before.
func (c *BackupAndRestore) EpochEnd(r *train.Run) error {
	m, err := r.Model()
	if err != nil {
		return err
	}
	b := backup{Epoch: r.Epoch, Model: fmt.Sprintf("epoch%d.keras", r.Epoch), Epochs: map[string][]number{}}
	if err := m.Save(filepath.Join(c.Folder, b.Model)); err != nil {
		return err
	}
	h := r.History()
	b.Names = append(b.Names, h.Names...)
	for name, list := range h.Epochs {
		for _, v := range list {
			b.Epochs[name] = append(b.Epochs[name], number(v))
		}
	}
	for _, l := range r.Logs {
		if _, have := b.Epochs[l.Name]; !have {
			b.Names = append(b.Names, l.Name)
		}
		b.Epochs[l.Name] = append(b.Epochs[l.Name], number(l.Value))
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(c.file(), func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	}); err != nil {
		return err
	}
	return c.removeModels(b.Model)
}

// removeModels removes the models of backups, but for one.
func (c *BackupAndRestore) removeModels(but string) error {
	files, err := os.ReadDir(c.Folder)
	for _, f := range files {
		if ours, _ := filepath.Match("epoch*.keras", f.Name()); ours && f.Name() != but {
			err = errors.Join(err, os.Remove(filepath.Join(c.Folder, f.Name())))
		}
	}
	return err
}

// End removes the backup.
func (c *BackupAndRestore) End(*train.Run) error {
	if c.Keep {
		return nil
	}
	if err := os.Remove(c.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return c.removeModels("")
}
