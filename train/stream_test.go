package train

import (
	"errors"
	"io"
	"math"
	goruntime "runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/runtime"
)

// streamed is data that hides that it is in memory, and gives odd pieces of it.
type streamed struct {
	*Data
	fails int // rows after which reading fails, if above 0
}

func (s streamed) Open() (Rows, error) { return &oddRows{dataRows{s.Data, 0}, s.fails}, nil }

type oddRows struct {
	dataRows
	fails int
}

func (r *oddRows) Next(n int) (*Data, error) {
	if r.fails > 0 && r.at >= r.fails {
		return nil, errors.New("the disk is on fire")
	}
	return r.dataRows.Next(min(n, 7))
}

// In their order, rows from a stream train as those in memory do, bit for bit.
func TestStreamTrainsAsMemory(t *testing.T) {
	for _, name := range []string{"sample_weight_k3", "class_weight_k3", "embedding_k3", "two_outputs_k3"} {
		m, data, config := loadGolden(t, "../testdata/training/"+name)
		config.Epochs, config.ValidationSplit, config.Validation, config.NoShuffle = 2, 0, data, true
		whole, err := Fit(t.Context(), m, data, config)
		require.NoError(t, err, name)
		stream, err := Fit(t.Context(), m, streamed{Data: data}, config)
		require.NoError(t, err, name)
		assert.Equal(t, whole.Epochs, stream.Epochs, name)
		for i, w := range whole.Model.Weights() {
			assert.Equal(t, w.Value.Bytes(), stream.Model.Weights()[i].Value.Bytes(), w.Name)
		}
	}
}

// Each epoch has every row once, in an order of its own that the seed decides, and
// that a buffer bounds.
func TestStreamShuffles(t *testing.T) {
	const rows, buffer = 200, 20
	x, err := runtime.NewTensor(runtime.Float32, rows, 1)
	require.NoError(t, err)
	for i := range rows {
		x.Float32s()[i] = float32(i)
	}
	d := &Data{X: []*runtime.Tensor{x}, Y: []*runtime.Tensor{x}}
	epochs := func(seed uint64) (all [][]float32) {
		s := newStreamer(streamed{Data: d}, d.Take([]int{0}), 32, buffer, seed, nil)
		for epoch := range 2 {
			require.NoError(t, s.begin(epoch+1))
			var seen []float32
			for len(seen) < rows {
				b, err := s.next()
				require.NoError(t, err)
				seen = append(seen, b.in[0].Float32s()...)
			}
			_, err := s.next()
			require.ErrorContains(t, err, "fewer rows")
			all = append(all, seen)
		}
		require.NoError(t, s.end())
		return all
	}
	first := epochs(1)
	assert.Equal(t, first, epochs(1))
	assert.NotEqual(t, first, epochs(2))
	assert.NotEqual(t, first[0], first[1])
	for _, seen := range first {
		for at, v := range seen {
			assert.LessOrEqual(t, int(v), at+buffer, "no row comes before the buffer has it")
		}
		slices.Sort(seen)
		assert.Equal(t, x.Float32s(), seen)
	}
}

// What is wrong with the rows of a stream is found before the first step, counted over
// all of them.
func TestStreamIsChecked(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_sgd_k3")
	x := data.X[0].Clone()
	width := x.Len() / data.Rows()
	x.Float32s()[9*width+1], x.Float32s()[30*width] = float32(math.NaN()), float32(math.Inf(1))
	_, err := Fit(t.Context(), m, streamed{Data: &Data{X: []*runtime.Tensor{x}, Y: data.Y}}, config)
	var e *NotANumberError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []int{2, 9, 1}, []int{e.Rows, e.Row, e.Column})
	_, err = Fit(t.Context(), m, streamed{Data: data, fails: 20}, config)
	assert.ErrorContains(t, err, "the disk is on fire")
	_, err = Fit(t.Context(), m, streamed{Data: data.Slice(0, 0)}, config)
	assert.ErrorContains(t, err, "at least one row")
	config.ValidationSplit = 0.2
	_, err = Fit(t.Context(), m, streamed{Data: data}, config)
	assert.ErrorContains(t, err, "validation split")
}

// endless makes as many rows as it is told to, without holding them.
type endless struct {
	rows  int
	piece *Data
	at    int
}

func (e *endless) Open() (Rows, error) { return &endless{rows: e.rows, piece: e.piece}, nil }

func (e *endless) Close() error { return nil }

func (e *endless) Next(n int) (*Data, error) {
	n = min(n, e.piece.Rows(), e.rows-e.at)
	if e.at += n; n == 0 {
		return nil, io.EOF
	}
	return e.piece.Slice(0, n), nil
}

// Memory does not grow with the number of rows.
func TestStreamIsBounded(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_sgd_k3")
	config.Epochs, config.BatchSize, config.ShuffleBuffer = 1, 1000, 500
	most := uint64(0)
	config.OnStep = func(p Progress) {
		if p.Step%100 == 0 {
			var s goruntime.MemStats
			goruntime.GC()
			goruntime.ReadMemStats(&s)
			most = max(most, s.HeapAlloc)
		}
	}
	rows := 400_000 // of 7 inputs and a target: 12 MiB
	_, err := Fit(t.Context(), m, &endless{rows: rows, piece: data}, config)
	require.NoError(t, err)
	var s goruntime.MemStats
	goruntime.GC()
	goruntime.ReadMemStats(&s)
	assert.Less(t, float64(most)-float64(s.HeapAlloc), 4e6)
	assert.NotZero(t, most)
}
