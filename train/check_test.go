package train

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// What is no number is found before training, with its row and column.
func TestNotANumber(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/optimizer_sgd_k2")
	x := data.X[0].Clone()
	x.Float32s()[7*3+4], x.Float32s()[7*3+5], x.Float32s()[7*9] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))
	bad := &Data{X: []*runtime.Tensor{x}, Y: data.Y}
	_, err := Fit(t.Context(), m, bad, config)
	var e *NotANumberError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []int{2, 3, 4}, []int{e.Rows, e.Row, e.Column})
	_, err = Evaluate(t.Context(), m, bad, config)
	require.ErrorAs(t, err, &e)
	weights := make([]float32, data.Rows())
	weights[6] = float32(math.NaN())
	_, err = Fit(t.Context(), m, &Data{X: data.X, Y: data.Y, SampleWeight: weights}, config)
	assert.ErrorContains(t, err, "sample weights: 1 rows are not finite; the first is row 6, whose element 0 is NaN")
	config.Validation, config.ValidationSplit = bad, 0
	_, err = Fit(t.Context(), m, data, config)
	assert.ErrorContains(t, err, "validation: input")
}

// Classes that there are none of are refused; targets that a loss hardly means are
// said.
func TestTargetsOfALoss(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/loss_sparse_categorical_crossentropy_k3")
	y := data.Y[0].Clone()
	y.Int32s()[4], y.Int32s()[8] = 3, -1
	bad := &Data{X: data.X, Y: []*runtime.Tensor{y}}
	_, err := Fit(t.Context(), m, bad, config)
	var e *TargetError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []int{2, 4}, []int{e.Rows, e.Row})
	assert.ErrorContains(t, err, "wanted 0 to 2")

	m, data, _ = loadGolden(t, "../testdata/training/optimizer_sgd_k3")
	for _, c := range []struct {
		loss losses.Loss
		bad  float32
		want string
	}{
		{new(losses.BinaryCrossentropy), 1.5, "0 to 1"},
		{new(losses.Poisson), -1, "0 to +Inf"},
		{new(losses.MeanAbsolutePercentageError), 0, "no zeros"},
		{new(losses.MeanSquaredError), -5, ""},
	} {
		y := data.Y[0].Clone()
		for i := range y.Float32s() {
			y.Float32s()[i] = 1
		}
		y.Float32s()[2] = c.bad
		notes, err := (&Data{X: data.X, Y: []*runtime.Tensor{y}}).Check(m, &Settings{Losses: []losses.Loss{c.loss}})
		require.NoError(t, err)
		if c.want == "" {
			assert.Empty(t, notes)
			continue
		}
		require.Len(t, notes, 1)
		assert.Contains(t, notes[0], c.want)
		assert.Contains(t, notes[0], "in row 2; 1 rows are so")
	}
}

// Targets that no weights bring the model to are counted.
func TestTargetsBeyondTheHead(t *testing.T) {
	for name, want := range map[string][]string{
		"head_softplus_k3": {"targets of %s: 2 of 500 rows are below 0, where no weights bring its answers"},
		"head_sigmoid_k3":  {"targets of %s: 2 of 500 rows are below 0, where no weights bring its answers", "targets of %s: 1 of 500 rows are above 1, where no weights bring its answers"},
		"optimizer_sgd_k3": nil,
	} {
		m, data, config := loadGolden(t, "../testdata/training/"+name)
		y := data.Y[0].Clone()
		for i := range y.Float32s() {
			y.Float32s()[i] = 0.5
		}
		width := y.Len() / data.Rows()
		y.Float32s()[3*width], y.Float32s()[9*width], y.Float32s()[11*width] = -1, -2, 7
		s, err := SettingsOf(m)
		require.NoError(t, err)
		if config.Settings != nil {
			s = config.Settings
		}
		s.Losses[0] = new(losses.MeanSquaredError)
		notes, err := (&Data{X: data.X, Y: []*runtime.Tensor{y}}).Check(m, s)
		require.NoError(t, err)
		for i := range want {
			want[i] = fmt.Sprintf(want[i], m.Outputs()[0].Name)
		}
		assert.Equal(t, want, notes, name)
	}
}
