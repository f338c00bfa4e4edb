package npz

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStreamReadsRowsAsTheyCome(t *testing.T) {
	data := make([]int32, 5*6)
	for i := range data {
		data[i] = int32(i * i)
	}
	var b bytes.Buffer
	require.NoError(t, WriteNPY(&b, Of(data, 5, 2, 3)))
	fortran := bytes.Replace(b.Bytes(), []byte("'fortran_order': False"), []byte("'fortran_order': True "), 1)
	for name, file := range map[string][]byte{"C": b.Bytes(), "Fortran": fortran} {
		whole, err := ReadNPY(bytes.NewReader(file), Limits{})
		require.NoError(t, err)
		s, err := NewStream(io.MultiReader(bytes.NewReader(file), bytes.NewReader([]byte("behind"))), Limits{})
		require.NoError(t, err)
		assert.Equal(t, []int{5, 2, 3}, s.Shape)
		assert.EqualValues(t, 24, s.RowBytes())
		var got []int32
		for {
			a, err := s.Next(2)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			assert.Equal(t, []int{2, 3}, a.Shape[1:])
			got = append(got, a.Data.([]int32)...)
		}
		assert.Equal(t, whole.Data, got, name)
	}

	// The second row is not there yet when the first is read.
	r, w := io.Pipe()
	go func() { _, _ = w.Write(b.Bytes()[:b.Len()-4*24]) }()
	s, err := NewStream(r, Limits{})
	require.NoError(t, err)
	a, err := s.Next(1)
	require.NoError(t, err)
	assert.Equal(t, data[:6], a.Data)
	require.NoError(t, w.Close())
	_, err = s.Next(1)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.ErrorContains(t, err, "behind row 1 of 5")
}

func TestStreamRefusals(t *testing.T) {
	var scalar, wide bytes.Buffer
	require.NoError(t, WriteNPY(&scalar, Scalar(float32(1))))
	_, err := NewStream(&scalar, Limits{})
	assert.ErrorContains(t, err, "rows")
	require.NoError(t, WriteNPY(&wide, Of(make([]float32, 1000), 1, 1000)))
	s, err := NewStream(&wide, Limits{MaxBytes: 3999})
	require.NoError(t, err)
	_, err = s.Next(1)
	assert.ErrorContains(t, err, "4000 bytes")
}
