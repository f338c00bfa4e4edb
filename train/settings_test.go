package train

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/metrics"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/optimizers/schedules"
)

// compiled loads a golden's model and gives it another training configuration.
func compiled(t *testing.T, name, config string) *keras.Model {
	t.Helper()
	m, err := keras.Load("../testdata/training/" + name)
	require.NoError(t, err)
	return m.WithTraining([]byte(config), nil)
}

// Every Keras writes its optimizer in another way.
func TestOptimizerSpellings(t *testing.T) {
	target := 0.2
	adam := func(change func(*optimizers.Adam)) optimizers.Optimizer {
		o := optimizers.NewAdam()
		change(o)
		return o
	}
	nadam := optimizers.NewNadam()
	slow := 0.004
	nadam.LearningRate, nadam.ScheduleDecay = 0.002, &slow
	decaying := optimizers.NewSGD()
	decaying.Momentum, decaying.Nesterov = 0.9, true
	decaying.LearningRate = float64(float32(0.01))
	inverse := &schedules.InverseTimeDecay{}
	inverse.InitialLearningRate, inverse.DecaySteps, inverse.DecayRate = 0.01, 1, 0.5
	decaying.Schedule = inverse
	centered := optimizers.NewRMSprop()
	centered.Rho, centered.Centered = 0.8, true
	adamW := optimizers.NewAdamW()
	adamW.WeightDecay, adamW.GlobalClipNorm = 0.01, 1
	all := optimizers.NewSGD()
	all.LearningRate = float64(float32(0.1))
	all.UseEMA, all.EMAMomentum, all.EMAOverwrite, all.AccumulateSteps = true, 0.9, 7, 2
	all.Schedule = &schedules.CosineDecay{Common: schedules.Common{Name: "CosineDecay"}, InitialLearningRate: 0.1,
		DecaySteps: 8, Alpha: 0.5, WarmupTarget: &target, WarmupSteps: 3}
	for name, c := range map[string]struct {
		config string
		want   optimizers.Optimizer
	}{
		"a name":             {`"adam"`, optimizers.NewAdam()},
		"Keras 1.2":          {`{"class_name":"Adam","config":{"lr":0.002,"epsilon":1e-8,"beta_1":0.8,"beta_2":0.99,"decay":0.0}}`, adam(func(o *optimizers.Adam) { o.LearningRate, o.Epsilon, o.Beta1, o.Beta2 = 0.002, 1e-8, 0.8, 0.99 })},
		"lower case":         {`{"class_name":"adam","config":{"lr":0.002}}`, adam(func(o *optimizers.Adam) { o.LearningRate = 0.002 })},
		"no epsilon":         {`{"class_name":"Adam","config":{"lr":0.001,"epsilon":null,"decay":0.0,"amsgrad":true}}`, adam(func(o *optimizers.Adam) { o.Amsgrad = true })},
		"Nadam of Keras 2.2": {`{"class_name":"Nadam","config":{"lr":0.002,"epsilon":1e-07,"schedule_decay":0.004}}`, nadam},
		"Nadam of TF 2":      {`{"class_name":"Nadam","config":{"name":"Nadam","learning_rate":0.002,"decay":0.004}}`, nadam},
		"decay":              {`{"class_name":"SGD","config":{"lr":0.01,"decay":0.5,"momentum":0.9,"nesterov":true}}`, decaying},
		"TF 2.4":             {`{"class_name":"RMSprop","config":{"name":"RMSprop","learning_rate":0.001,"decay":0.0,"rho":0.8,"momentum":0.0,"epsilon":1e-07,"centered":true}}`, centered},
		"TF 2.15":            {`{"class_name":"Custom>AdamW","config":{"name":"AdamW","weight_decay":0.01,"clipnorm":null,"global_clipnorm":1.0,"clipvalue":null,"use_ema":false,"ema_momentum":0.99,"ema_overwrite_frequency":null,"jit_compile":false,"is_legacy_optimizer":false,"learning_rate":0.001,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-07,"amsgrad":false}}`, adamW},
		"Keras 3":            {`{"module":"keras.optimizers","class_name":"SGD","config":{"name":"sgd","learning_rate":{"module":"keras.optimizers.schedules","class_name":"CosineDecay","config":{"initial_learning_rate":0.1,"decay_steps":8,"alpha":0.5,"name":"CosineDecay","warmup_target":0.2,"warmup_steps":3},"registered_name":null},"use_ema":true,"ema_momentum":0.9,"ema_overwrite_frequency":7,"loss_scale_factor":null,"gradient_accumulation_steps":2,"momentum":0.0,"nesterov":false},"registered_name":null}`, all},
	} {
		t.Run(name, func(t *testing.T) {
			for _, key := range []string{"optimizer_config", "optimizer"} {
				s, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", `{"loss":"mse","`+key+`":`+c.config+`}`))
				require.NoError(t, err)
				assert.Equal(t, c.want, s.Optimizer)
			}
		})
	}
}

func defaults(class string) optimizers.Optimizer {
	o, err := optimizers.New(class)
	if err != nil {
		panic(err)
	}
	return o
}

// Losses and metrics stand as names, instances, lists and objects.
func TestLossSpellings(t *testing.T) {
	const output = `{"optimizer":"sgd","loss":`
	mse := &losses.MeanSquaredError{}
	for config, want := range map[string]losses.Loss{
		`"mse"`:                mse,
		`"mean_squared_error"`: mse,
		`["MSE"]`:              mse,
		`{"dense_1":"mse"}`:    mse,
		`{"class_name":"MeanSquaredError","config":{"reduction":"auto","name":"mean_squared_error","fn":"mean_squared_error"}}`:                             mse,
		`{"module":"keras.losses","class_name":"MeanSquaredError","config":{"name":"mean_squared_error","reduction":"sum"},"registered_name":null}`:         &losses.MeanSquaredError{Common: losses.Common{Reduction: "sum"}},
		`{"module":"builtins","class_name":"function","config":"mean_squared_error","registered_name":"function"}`:                                          mse,
		`{"class_name":"LossFunctionWrapper","config":{"fn":"mean_squared_error","reduction":"sum_over_batch_size","name":null}}`:                           mse,
		`{"class_name":"Huber","config":{"reduction":"auto","name":"huber_loss","delta":2.5}}`:                                                              &losses.Huber{Delta: 2.5},
		`{"class_name":"BinaryCrossentropy","config":{"reduction":"auto","name":"binary_crossentropy","from_logits":true,"label_smoothing":0.1,"axis":-1}}`: &losses.BinaryCrossentropy{FromLogits: true, LabelSmoothing: 0.1},
	} {
		m := compiled(t, "optimizer_sgd_k2.h5", "{}")
		if config == `{"dense_1":"mse"}` {
			config = `{"` + m.Outputs()[0].Name + `":"mse"}`
		}
		s, err := SettingsOf(m.WithTraining([]byte(output+config+`}`), nil))
		require.NoError(t, err, config)
		assert.Equal(t, []losses.Loss{want}, s.Losses, config)
	}
}

// A training configuration is read as any other: with Python's numbers, each key
// once, and nested only so deep.
func TestBrokenSettings(t *testing.T) {
	s, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", `{"optimizer":"sgd","loss":{"class_name":"Huber","config":{"delta":Infinity}}}`))
	require.NoError(t, err)
	assert.True(t, math.IsInf(s.Losses[0].(*losses.Huber).Delta, 1))
	for _, text := range []string{`{"loss":"mse","loss":"mae"}`, `{`, `[]`, `{"loss":"mse"} {}`} {
		_, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", text))
		require.ErrorAs(t, err, new(*keras.FormatError), text)
	}
	_, err = SettingsOf(compiled(t, "optimizer_sgd_k2.h5", `{"loss":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000)+`}`))
	require.ErrorAs(t, err, new(*keras.LimitError))
}

// Numbers that only Python's JSON has are written as they were read.
func TestInfiniteOptionIsSaved(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/loss_binary_crossentropy_probabilities_k2")
	settings, err := SettingsOf(m)
	require.NoError(t, err)
	sgd := optimizers.NewSGD()
	sgd.ClipValue = math.Inf(1)
	settings.Optimizer = sgd
	config.Settings = settings
	h, err := Fit(context.Background(), m, data, config)
	require.NoError(t, err)
	again, err := SettingsOf(h.Model)
	require.NoError(t, err)
	assert.True(t, math.IsInf(again.Optimizer.(*optimizers.SGD).ClipValue, 1))
}

// A loss that Go code names has the numerics of the Keras that wrote the model.
func TestNamedLossIsTheModelsOwn(t *testing.T) {
	m, data, config := loadGolden(t, "../testdata/training/loss_binary_crossentropy_probabilities_k2")
	want, err := Fit(context.Background(), m, data, config)
	require.NoError(t, err)
	settings, err := SettingsOf(m)
	require.NoError(t, err)
	settings.Losses = []losses.Loss{new(losses.BinaryCrossentropy)}
	config.Settings = settings
	got, err := Fit(context.Background(), m, data, config)
	require.NoError(t, err)
	assert.Equal(t, want.Epochs, got.Epochs)
}

func TestMetricSpellings(t *testing.T) {
	of := func(name string, l losses.Loss) metrics.Metric {
		return &metrics.OfLoss{Common: metrics.Common{Name: name}, Loss: l}
	}
	for config, want := range map[string][]metrics.Metric{
		`["accuracy"]`:     {&metrics.AutoAccuracy{Common: metrics.Common{Name: "accuracy"}}},
		`[["acc"]]`:        {&metrics.AutoAccuracy{Common: metrics.Common{Name: "acc"}}},
		`["mae","mse"]`:    {of("mae", new(losses.MeanAbsoluteError)), of("mse", new(losses.MeanSquaredError))},
		`{"OUT":["mape"]}`: {of("mape", new(losses.MeanAbsolutePercentageError))},
		`[[{"class_name":"MeanMetricWrapper","config":{"name":"acc","dtype":"float32","fn":"binary_accuracy"}}]]`: {&metrics.BinaryAccuracy{Common: metrics.Common{Name: "acc"}, Threshold: 0.5}},
		`[{"class_name":"TopKCategoricalAccuracy","config":{"name":"top","dtype":"float32","k":null}}]`:           {&metrics.TopKCategoricalAccuracy{Common: metrics.Common{Name: "top"}, K: 5}},
		`[{"class_name":"AUC","config":{"name":"auc","curve":"PR"}}]`:                                             {&metrics.AUC{Common: metrics.Common{Name: "auc"}, NumThresholds: 200, Curve: "PR", SummationMethod: "interpolation"}},
		`null`: nil,
		`[]`:   nil,
	} {
		m := compiled(t, "optimizer_sgd_k2.h5", "{}")
		if config == `{"OUT":["mape"]}` {
			config = `{"` + m.Outputs()[0].Name + `":["mape"]}`
		}
		for _, key := range []string{"metrics", "weighted_metrics"} {
			s, err := SettingsOf(m.WithTraining([]byte(`{"optimizer":"sgd","loss":"mse","`+key+`":`+config+`}`), nil))
			require.NoError(t, err, config)
			got := s.Metrics
			if key == "weighted_metrics" {
				got = s.WeightedMetrics
			}
			assert.Equal(t, [][]metrics.Metric{want}, got, config)
		}
	}
}

// Everything that is not there is named, all of it at once.
func TestUnsupportedSettings(t *testing.T) {
	for config, wants := range map[string][]string{
		`{"loss":"mse","optimizer":"Prodigy"}`:     {`"Prodigy"`},
		`{"loss":"charm","optimizer":"sgd"}`:       {`"charm"`},
		`{"loss":"mse","metrics":["charm"]}`:       {`"charm"`},
		`{"loss":["mse","mae"],"optimizer":"sgd"}`: {"2 entries for 1 outputs"},
		`{"loss":{"class_name":"Huber","config":{"reduction":"median","tilt":1}},"optimizer":{"class_name":"SGD","config":{"lr":"fast","beta_1":1}},"metrics":[{"class_name":"AUC","config":{"curve":"PRGAIN","num_thresholds":1e6}}]}`: {
			"reduction median", "tilt=1", `learning_rate="fast"`, "beta_1=1", "PRGAIN", "num_thresholds must be"},
		`{"loss":"mse","optimizer":{"class_name":"SGD","config":{"learning_rate":{"class_name":"ExponentialDecay","config":{"initial_learning_rate":1,"decay_steps":0,"decay_rate":1}}}}}`: {"decay steps must be > 0"},
		`{"loss":"mse","optimizer":{"class_name":"SGD","config":{"learning_rate":{"class_name":"PiecewiseConstantDecay","config":{"values":[1,2],"boundaries":[]}}}}}`:                     {"one value more"},
		`{"loss":"mse","optimizer":{"class_name":"SGD","config":{"gradient_accumulation_steps":-1,"ema_momentum":2}}}`:                                                                     {"EMA momentum"},
	} {
		_, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", config))
		var unsupported *keras.UnsupportedError
		require.ErrorAs(t, err, &unsupported, config)
		for _, w := range wants {
			assert.ErrorContains(t, err, w)
		}
	}
	_, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", `{"loss":`))
	assert.ErrorContains(t, err, "training configuration")
	s, err := SettingsOf(compiled(t, "optimizer_sgd_k2.h5", `null`))
	assert.NoError(t, err)
	assert.Nil(t, s)
}

// TestOptimizerName holds the name that Keras 3 gives an optimizer of each class
// (keras/src/utils/naming.py): RMSprop's has three parts.
func TestOptimizerName(t *testing.T) {
	for class, want := range map[string]string{
		"SGD": "sgd", "Adam": "adam", "AdamW": "adam_w", "RMSprop": "rm_sprop", "Ftrl": "ftrl", "Lion": "lion",
	} {
		assert.Equal(t, want, optimizers.Config(defaults(class))["name"], class)
	}
}

// Up to 2.3.1 Keras by itself bounded all gradients together.
func TestClipnormOfOldKeras(t *testing.T) {
	for version, global := range map[string]bool{"1.2.2": true, "2.0.9": true, "2.3.1": true, "2.2.4-tf": false, "2.4.0": false, "2.15.0": false} {
		m := compiled(t, "optimizer_sgd_k2.h5", `{"loss":"mse","optimizer_config":{"class_name":"SGD","config":{"lr":0.1,"clipnorm":0.5}}}`)
		m.Origin().KerasVersion = version
		s, err := SettingsOf(m)
		require.NoError(t, err)
		o := s.Optimizer.Base()
		assert.Equal(t, map[bool][2]float64{true: {0, 0.5}, false: {0.5, 0}}[global], [2]float64{o.ClipNorm, o.GlobalClipNorm}, version)
	}
}
