package keras

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNewFormat: a format is what reads and writes it and an entry in the list;
// Load, LoadWeights, Write and Save know it then. This one is a configuration
// behind a line of its own.
func TestNewFormat(t *testing.T) {
	const toy, magic = Format("toy"), "toy model\n"
	old := formats
	defer func() { formats = old }()
	formats = append([]format{{
		name: toy,
		file: begins(magic),
		open: func(l *loader) (*Model, error) {
			data, err := l.whole()
			if err != nil {
				return nil, err
			}
			m, err := l.assemble(&Origin{Format: toy, Config: data[len(magic):]})
			if err != nil {
				return nil, err
			}
			return m, l.zero(m)
		},
		weights: func(l *loader, m *Model) error {
			for i := range m.weights {
				m.weights[i].Value = nil
			}
			return l.zero(m)
		},
		write: func(s *saver, w io.Writer) error {
			_, err := io.WriteString(w, magic+string(s.config))
			return err
		},
		endings: []string{".toy"},
	}}, formats...)

	m, err := Load("../testdata/models/seed/seed_k3.keras")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "m.toy")
	require.NoError(t, m.Save(path))
	again, err := Load(path)
	require.NoError(t, err)
	assert.Equal(t, toy, again.Origin().Format)
	assert.Len(t, again.Weights(), len(m.Weights()))
	zeroed, err := m.LoadWeights(path)
	require.NoError(t, err)
	assert.Zero(t, zeroed.Weights()[0].Value.Float32s()[0])
	var b bytes.Buffer
	require.NoError(t, m.Write(&b, toy))
	assert.Equal(t, magic, b.String()[:len(magic)])
}

// TestByNameNeedsOtherWeights: an option that an action cannot honour is an error.
func TestByNameNeedsOtherWeights(t *testing.T) {
	const model = "../testdata/models/seed/seed_k2.h5"
	_, err := Load(model, ByName())
	require.ErrorContains(t, err, "ByName")
	_, err = FromConfig([]byte("{}"), ByName())
	require.ErrorContains(t, err, "ByName")
	_, err = Load(model, ByName(), WithWeights(model))
	require.NoError(t, err)
}
