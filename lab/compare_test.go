package lab_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/lab"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// small is a model of two inputs whose last layer has the given activation.
func small(t *testing.T, activation string) *keras.Model {
	t.Helper()
	m, err := keras.FromConfig([]byte(`{"class_name": "Sequential", "config": {"name": "s", "layers": [
		{"class_name": "InputLayer", "config": {"batch_shape": [null, 2], "dtype": "float32", "name": "x"}},
		{"class_name": "Dense", "config": {"name": "hidden", "units": 8, "activation": "relu"}},
		{"class_name": "Dense", "config": {"name": "out", "units": 1, "activation": "` + activation + `"}}]}}`))
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		v := w.Value.Clone()
		for i := range v.Float32s() {
			v.Float32s()[i] = float32(r.NormFloat64() * 0.5)
		}
		values = append(values, v)
	}
	m, err = m.WithWeights(values)
	require.NoError(t, err)
	return m
}

// rows are points of a plane and a target that is never negative.
func rows(t *testing.T, n int, target func(a, b float64) float64) *train.Data {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	x, y := make([]float32, 2*n), make([]float32, n)
	for i := range n {
		x[2*i], x[2*i+1] = float32(r.NormFloat64()), float32(r.NormFloat64())
		y[i] = float32(target(float64(x[2*i]), float64(x[2*i+1])))
	}
	xs, err := runtime.TensorOf(x, n, 2)
	require.NoError(t, err)
	ys, err := runtime.TensorOf(y, n, 1)
	require.NoError(t, err)
	return &train.Data{X: []*runtime.Tensor{xs}, Y: []*runtime.Tensor{ys}}
}

func settings(t *testing.T, rate float64) func() (*train.Settings, error) {
	return func() (*train.Settings, error) {
		l, err := losses.New("mse")
		require.NoError(t, err)
		o, err := optimizers.New("adam")
		require.NoError(t, err)
		o.Base().LearningRate = rate
		m, err := metrics.New("mae")
		require.NoError(t, err)
		return &train.Settings{Optimizer: o, Losses: []losses.Loss{l}, Metrics: [][]metrics.Metric{{m}}}, nil
	}
}

func positive(a, b float64) float64 { return math.Exp(a/2) + math.Abs(b) }

func TestCompare(t *testing.T) {
	config := lab.Config{Epochs: 6, Seeds: 2, Settings: settings(t, 0.01), Threads: 4}
	data := rows(t, 200, positive)
	c, err := lab.Compare(context.Background(), small(t, "linear"), data, config)
	require.NoError(t, err)
	require.Len(t, c.Candidates, len(keras.Heads())+2)
	assert.Equal(t, 160, c.Rows)
	assert.Equal(t, 40, c.ValidationRows)
	assert.Equal(t, "mean_squared_error", c.Loss)
	assert.Equal(t, "mae", c.Metric)
	for _, k := range c.Candidates {
		if k.Name == "sigmoid" || k.Name == "shifted_tanh" {
			assert.Contains(t, k.Skipped, "of 200 rows have a target above 1")
			continue
		}
		require.Len(t, k.Runs, 2, k.Name)
		for _, r := range k.Runs {
			require.Empty(t, r.Diverged, k.Name)
			assert.Len(t, r.TrainLoss, 6, k.Name)
			assert.Len(t, r.ValidationLoss, 6, k.Name)
			assert.Len(t, r.Gradient, 7, k.Name)
			assert.Len(t, r.Answers, 40, k.Name)
			if k.Kind == lab.Unchanged { // a linear output: the gradient of the squared error is twice the error
				assert.InEpsilon(t, 2*math.Sqrt(meanSquare(t, r, data)), r.Gradient[r.Best+1], 1e-5)
			}
			if k.Kind == lab.HeadKind {
				assert.GreaterOrEqual(t, r.Min, 0.0, k.Name)
			}
			assert.Equal(t, metricOf(r.Answers, c.Targets), round(r.MetricValues[r.Best]), k.Name)
		}
	}
	require.GreaterOrEqual(t, c.Best, 0)
	assert.Contains(t, c.Recommendation, c.Candidates[c.Best].Name+": ")
	assert.Contains(t, c.Candidates[len(c.Candidates)-1].How, "out.kernel >= 0, out.bias >= 0")
	for _, w := range c.Candidates[len(c.Candidates)-1].Runs[0].Model.Weights()[2:] {
		for _, v := range w.Value.Float32s() {
			assert.GreaterOrEqual(t, v, float32(0))
		}
	}

	config.Threads = 1
	again, err := lab.Compare(context.Background(), small(t, "linear"), rows(t, 200, positive), config)
	require.NoError(t, err)
	assert.Equal(t, c.Recommendation, again.Recommendation)
	for i, k := range c.Candidates {
		for s, r := range k.Runs {
			assert.Equal(t, r.ValidationLoss, again.Candidates[i].Runs[s].ValidationLoss)
			assert.Equal(t, r.Answers, again.Candidates[i].Runs[s].Answers)
			assert.Equal(t, r.Gradient, again.Candidates[i].Runs[s].Gradient)
		}
	}
}

// meanSquare is the error of a run's best model on the rows that it was trained on.
func meanSquare(t *testing.T, r lab.Run, data *train.Data) float64 {
	t.Helper()
	p, err := r.Model.Compile()
	require.NoError(t, err)
	y, err := p.Predict(data.X[0].Float32s()[:2*160])
	require.NoError(t, err)
	sum := 0.0
	for i, v := range y {
		sum += math.Pow(float64(v-data.Y[0].Float32s()[i]), 2) / 160
	}
	return sum
}

func metricOf(answers, targets []float32) float64 {
	sum := 0.0
	for i := range answers {
		sum += math.Abs(float64(answers[i] - targets[i]))
	}
	return round(sum / float64(len(answers)))
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// A relu whose answers are all below zero gets no gradient from any row and learns
// nothing; softplus does.
func TestCompareSeesDeadOutputs(t *testing.T) {
	m := small(t, "linear")
	var values []*runtime.Tensor
	for _, w := range m.Weights() {
		values = append(values, w.Value)
	}
	values[3] = values[3].Clone()
	values[3].Float32s()[0] = -50
	m, err := m.WithWeights(values)
	require.NoError(t, err)
	config := lab.Config{Heads: []keras.Head{keras.ReLU, keras.Abs}, Epochs: 2, Seeds: 1, Settings: settings(t, 0.001)}
	c, err := lab.Compare(context.Background(), m, rows(t, 100, positive), config)
	require.NoError(t, err)
	require.Len(t, c.Candidates, 4)
	relu, abs := c.Candidates[1], c.Candidates[2]
	assert.Equal(t, 1.0, relu.Dead)
	assert.Equal(t, 1.0, relu.AtBound)
	assert.Equal(t, []float64{0, 0, 0}, relu.Runs[0].Gradient)
	assert.Equal(t, 0.0, abs.Dead)
	assert.Equal(t, 0.0, abs.AtBound)
	assert.Equal(t, "relu", relu.Name)
}

func TestCompareRefusesBadRows(t *testing.T) {
	m := small(t, "tanh")
	config := lab.Config{Epochs: 1, Seeds: 1, Settings: settings(t, 0.01)}
	data := rows(t, 50, positive)
	data.X[0].Float32s()[2*7+1] = float32(math.NaN())
	data.X[0].Float32s()[2*9] = float32(math.Inf(1))
	_, err := lab.Compare(context.Background(), m, data, config)
	assert.EqualError(t, err, "data: input x: row 8, column 2 is NaN, and 1 more rows hold such: wanted finite numbers")

	var notes []string
	config.OnNote = func(n string) { notes = append(notes, n) }
	config.Heads = []keras.Head{keras.ReLU, keras.Sigmoid}
	_, err = lab.Compare(context.Background(), m, rows(t, 50, func(a, b float64) float64 { return math.Max(a, -0.1) / 4 }), config)
	require.NoError(t, err)
	require.Len(t, notes, 1)
	assert.Regexp(t, `^\d+ of 50 rows have a target below 0, which cannot be answered by relu, sigmoid$`, notes[0])

	config.Metric = "rmse"
	_, err = lab.Compare(context.Background(), m, rows(t, 50, positive), config)
	assert.ErrorContains(t, err, `metric must be one of the settings' ["mae"], received "rmse"`)
}

func TestCompareCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	config := lab.Config{Epochs: 3, Settings: settings(t, 0.01), Threads: 2, OnRun: func(done, _ int) {
		if done == 2 {
			cancel()
		}
	}}
	_, err := lab.Compare(ctx, small(t, "tanh"), rows(t, 50, positive), config)
	assert.ErrorIs(t, err, context.Canceled)
}

// A run that leaves the finite numbers is counted, and its head is not recommended.
func TestCompareSeesDivergence(t *testing.T) {
	config := lab.Config{Heads: []keras.Head{keras.Exp, keras.Softplus}, Epochs: 4, Seeds: 1, Settings: func() (*train.Settings, error) {
		s, err := settings(t, 0.05)()
		if err == nil {
			s.Optimizer, err = optimizers.New("sgd")
			s.Optimizer.Base().LearningRate = 1000
		}
		return s, err
	}}
	c, err := lab.Compare(context.Background(), small(t, "linear"), rows(t, 100, positive), config)
	require.NoError(t, err)
	exp := c.Candidates[2] // in the order of keras.Heads
	assert.Equal(t, 1, exp.Diverged)
	assert.Contains(t, exp.Runs[0].Diverged, "training stopped in epoch 1")
}
