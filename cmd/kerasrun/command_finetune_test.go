package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/npz"
	"github.com/kerasrun/kerasrun/keras"
)

const training = "../../testdata/training/"

// historyOf reads what --history - printed.
func historyOf(t *testing.T, text string) map[string][]float64 {
	t.Helper()
	var h map[string][]float64
	require.NoError(t, json.Unmarshal([]byte(text), &h), text)
	return h
}

// TestFinetuneAsKeras trains as Keras did where it wrote down what came out.
func TestFinetuneAsKeras(t *testing.T) {
	for name, flags := range map[string][]string{
		"validation_split_k2.h5": {"--validation-split", "0.23"},
		"two_outputs_k3.keras":   nil,
		"head_abs_k2.h5":         nil,
	} {
		base := strings.TrimSuffix(training+name, filepath.Ext(name))
		answers, err := npz.ReadFile(base+".npz", npz.Limits{})
		require.NoError(t, err)
		number := func(key string) string {
			v, err := answers.Get(key).Int64s()
			require.NoError(t, err)
			return strconv.FormatInt(v[0], 10)
		}
		out := filepath.Join(t.TempDir(), name)
		r := kerasrun(t, "", append([]string{"finetune", training + name, "--data", base + ".npz", "--no-shuffle", "-o", out, "--history", "-",
			"--epochs", number("epochs"), "--batch-size", number("batch_size")}, flags...)...)
		require.Zero(t, r.code, r.stderr)
		h := historyOf(t, r.stdout)
		for _, m := range answers {
			if key, ok := strings.CutPrefix(m.Name, "hist_"); ok {
				want, err := m.Float64s()
				require.NoError(t, err)
				require.Len(t, h[key], len(want), key)
				for i := range want {
					assert.InEpsilon(t, want[i], h[key][i], 1e-5, "%s: %s", name, key)
				}
			}
		}
		assert.Equal(t, len(h["loss"]), strings.Count(r.stderr, "epoch "), r.stderr)
		assert.Contains(t, r.stderr, "rows/s")
		tuned, err := keras.Load(out)
		require.NoError(t, err)
		assert.NotEmpty(t, tuned.Origin().TrainingConfig, "the result is compiled")
	}
}

// TestFinetuneCSV trains on the same rows as CSV and as arrays.
func TestFinetuneCSV(t *testing.T) {
	dir := t.TempDir()
	train := func(more ...string) map[string][]float64 {
		r := kerasrun(t, "", append([]string{"finetune", seed + "seed_k2.h5", "-o", filepath.Join(dir, "o.h5"), "--history", "-",
			"--epochs", "2", "--batch-size", "52", "--no-shuffle"}, more...)...)
		require.Zero(t, r.code, r.stderr)
		return historyOf(t, r.stdout)
	}
	last := train("--data", seed+"xy.csv")
	assert.Equal(t, last, train("--data", seed+"xy.csv", "--target", "y"))
	arrays := train("--data", seed+"xy.npz")
	for i := range arrays["loss"] {
		assert.InDelta(t, arrays["loss"][i], last["loss"][i], 1e-5)
	}
	assert.NotEqual(t, last, train("--data", seed+"xy.csv", "--target", "x0", "--learning-rate", "0.1"), "another column, other losses")

	// A column of weights: rows that weigh nothing teach nothing.
	csv, err := os.ReadFile(seed + "xy.csv")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(csv)), "\n")
	for i := range lines {
		lines[i] = map[bool]string{true: "sample_weight,", false: "0,"}[i == 0] + lines[i]
	}
	weighted := filepath.Join(dir, "weighted.csv")
	require.NoError(t, os.WriteFile(weighted, []byte(strings.Join(lines, "\n")), 0o644))
	assert.Equal(t, []float64{0, 0}, train("--data", weighted)["loss"])
}

func TestFinetuneOverridesOnlyWhatIsNamed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "o.keras")
	picture := filepath.Join(filepath.Dir(out), "loss.png")
	history := filepath.Join(filepath.Dir(out), "history.json")
	r := kerasrun(t, "", "finetune", seed+"seed_k3.keras", "--data", seed+"xy.npz", "-o", out, "--epochs", "2", "--optimizer", "adam",
		"--metrics", "mse,mae", "--freeze", "dense,dense_1", "--constraint", "dense_2.kernel=non_neg", "--history", history, "--plot", picture, "--seed", "3")
	require.Zero(t, r.code, r.stderr)
	assert.Empty(t, r.stdout)
	before, err := keras.Load(seed + "seed_k3.keras")
	require.NoError(t, err)
	after, err := keras.Load(out)
	require.NoError(t, err)
	assert.Contains(t, string(after.Origin().TrainingConfig), "Adam")
	assert.Contains(t, string(after.Origin().TrainingConfig), "mean_absolute_error", "the file's own loss")
	w, v := before.Weights(), after.Weights()
	assert.Equal(t, w[0].Value.Float32s(), v[0].Value.Float32s(), "frozen")
	assert.NotEqual(t, w[4].Value.Float32s(), v[4].Value.Float32s())
	for _, x := range v[4].Value.Float32s() {
		assert.GreaterOrEqual(t, x, float32(0))
	}
	b, err := os.ReadFile(history)
	require.NoError(t, err)
	h := historyOf(t, string(b))
	for _, name := range []string{"loss", "mse", "mae"} {
		assert.Len(t, h[name], 2, name)
	}
	b, err = os.ReadFile(picture)
	require.NoError(t, err)
	_, err = png.Decode(bytes.NewReader(b))
	assert.NoError(t, err)
}

func TestFinetuneStopsAndSaves(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	out := filepath.Join(t.TempDir(), "o.h5")
	var errs stopper
	errs.stop = cancel
	code := run(ctx, []string{"finetune", seed + "seed_k2.h5", "--data", seed + "xy.npz", "--epochs", "1000000", "-o", out}, strings.NewReader(""), &bytes.Buffer{}, &errs)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, errs.String(), "saved")
	_, err := keras.Load(out)
	assert.NoError(t, err)
}

func TestFinetuneToNaN(t *testing.T) {
	out := filepath.Join(t.TempDir(), "o.h5")
	r := kerasrun(t, "", "finetune", seed+"seed_k2.h5", "--data", seed+"xy.npz", "--epochs", "3", "--learning-rate", "1e38", "-o", out)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.stderr, "training stopped in epoch 1, step ")
	assert.Contains(t, r.stderr, "in "+out)
	tuned, err := keras.Load(out)
	require.NoError(t, err)
	before, err := keras.Load(seed + "seed_k2.h5")
	require.NoError(t, err)
	assert.Equal(t, before.Weights()[0].Value.Float32s(), tuned.Weights()[0].Value.Float32s())
}

// A .keras of a Keras 2 model is one of Keras 3, unless the version is to be kept.
func TestFinetuneMakesKeras3(t *testing.T) {
	for flag, want := range map[string]int{"--no-shuffle": 3, "--keep-version": 2} {
		out := filepath.Join(t.TempDir(), "o.keras")
		r := kerasrun(t, "", "finetune", seed+"seed_k2.h5", "--data", seed+"xy.npz", "-o", out, flag)
		require.Zero(t, r.code, r.stderr)
		m, err := keras.Load(out)
		require.NoError(t, err)
		assert.Equal(t, want, m.Origin().Era)
		assert.Contains(t, string(m.Origin().TrainingConfig), "mean_absolute_error")
		assert.NotEmpty(t, m.Origin().Optimizer)
	}
}

// stopper cancels when the first epoch is reported.
type stopper struct {
	bytes.Buffer
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(p)
}

func TestFinetuneBadInput(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.h5")
	require.NoError(t, os.WriteFile(out, []byte("before"), 0o644))
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		return path
	}
	csv, err := os.ReadFile(seed + "xy.csv")
	require.NoError(t, err)
	lines := strings.Split(string(csv), "\n")
	bad := strings.Split(lines[2], ",")
	bad[3] = "oops"
	var other bytes.Buffer
	require.NoError(t, npz.WriteNPZ(&other, []npz.Named{{Name: "data", Array: npz.Of([]float32{1}, 1)}}))
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no such column":      {[]string{"--data", seed + "xy.csv", "--target", "price"}, 1, "x0, x1, x2"},
		"no targets":          {[]string{"--data", seed + "rows.csv"}, 1, "wanted columns for the targets"},
		"a column too many":   {[]string{"--data", seed + "xy.csv", "--target", "x0,y"}, 1, "1 columns for the targets"},
		"target twice":        {[]string{"--data", seed + "xy.csv", "--target", "y,y"}, 1, "twice"},
		"target of arrays":    {[]string{"--data", seed + "xy.npz", "--target", "price"}, 1, "the columns are x, y"},
		"no header":           {[]string{"--data", file("bare.csv", strings.Join(lines[1:], "\n"))}, 1, "header"},
		"text in a number":    {[]string{"--data", file("text.csv", lines[0]+"\n"+lines[1]+"\n"+strings.Join(bad, ",")+"\n")}, 1, "row 2 (line 3), column 4 (x3)"},
		"too few columns":     {[]string{"--data", file("few.csv", "a,b\n1,2\n")}, 1, "52 columns"},
		"only a header":       {[]string{"--data", file("head.csv", lines[0]+"\n")}, 1, "no rows"},
		"empty":               {[]string{"--data", file("empty.csv", "")}, 1, "empty"},
		"other arrays":        {[]string{"--data", file("other.npz", other.String())}, 1, `"x"`},
		"JSON":                {[]string{"--data", file("xy.json", "[]")}, 1, "wanted an object with dense_input"},
		"nothing there":       {[]string{"--data", "nowhere.npz"}, 1, "nowhere.npz"},
		"no data":             {nil, 2, "data"},
		"unknown loss":        {[]string{"--data", seed + "xy.npz", "--loss", "maee"}, 2, "mean_absolute_error"},
		"too many losses":     {[]string{"--data", seed + "xy.npz", "--loss", "mse,mae"}, 2, "1 outputs"},
		"unknown optimizer":   {[]string{"--data", seed + "xy.npz", "--optimizer", "sdg"}, 2, "SGD"},
		"unknown metric":      {[]string{"--data", seed + "xy.npz", "--metrics", "speed"}, 2, "speed"},
		"unknown constraint":  {[]string{"--data", seed + "xy.npz", "--constraint", "dense.kernel=tiny"}, 2, "tiny"},
		"constraint on what":  {[]string{"--data", seed + "xy.npz", "--constraint", "non_neg"}, 2, "LAYER.WEIGHT"},
		"no such weight":      {[]string{"--data", seed + "xy.npz", "--constraint", "dense_9.kernel=non_neg"}, 1, "dense_1.kernel"},
		"no such layer":       {[]string{"--data", seed + "xy.npz", "--freeze", "dense_9"}, 1, "dense_9"},
		"epochs":              {[]string{"--data", seed + "xy.npz", "--epochs", "0"}, 2, "--epochs"},
		"rate":                {[]string{"--data", seed + "xy.npz", "--learning-rate", "-1"}, 2, "--learning-rate"},
		"split":               {[]string{"--data", seed + "xy.npz", "--validation-split", "1.5"}, 2, "--validation-split"},
		"split leaves none":   {[]string{"--data", seed + "xy.npz", "--validation-split", "0.9999"}, 1, "validation"},
		"plot of which kind":  {[]string{"--data", seed + "xy.npz", "--plot", "loss.pdf"}, 2, ".png"},
		"history in no place": {[]string{"--data", seed + "xy.npz", "--history", "/no/where/h.json"}, 1, "cannot write"},
		"both shuffles":       {[]string{"--data", seed + "xy.npz", "--shuffle", "--no-shuffle"}, 2, "shuffle"},
	} {
		t.Run(name, func(t *testing.T) {
			r := kerasrun(t, "", append([]string{"finetune", seed + "seed_k2.h5", "-o", out}, c.args...)...)
			assert.Equal(t, c.code, r.code, r.stderr)
			assert.Contains(t, r.stderr, c.want)
			kept, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, "before", string(kept))
		})
	}
	r := kerasrun(t, "", "finetune", seed+"seed_k2.h5", "--data", seed+"xy.npz", "-o", "out.txt")
	assert.Equal(t, exitUsage, r.code)
	assert.Contains(t, r.stderr, ".keras")
}

// Callbacks act, and training that was ended goes on.
func TestFinetuneCallbacks(t *testing.T) {
	folder := t.TempDir()
	flags := []string{"finetune", training + "optimizer_adam_k3.keras", "--data", training + "optimizer_adam_k3.npz", "--validation-split", "0.2", "--history", "-",
		"--early-stopping", "2", "--min-delta", "0.2", "--reduce-lr", "0.5:1", "--checkpoint", filepath.Join(folder, "{epoch:02d}.keras"), "--save-best-only",
		"--csv-log", filepath.Join(folder, "log.csv"), "--resume", filepath.Join(folder, "backup"), "-o", filepath.Join(folder, "out.keras"), "--epochs", "30"}
	r := kerasrun(t, "", flags...)
	require.Zero(t, r.code, r.stderr)
	h := historyOf(t, r.stdout)
	epochs := len(h["loss"])
	assert.Less(t, epochs, 30)
	assert.Less(t, h["learning_rate"][epochs-1], h["learning_rate"][0])
	log, err := os.ReadFile(filepath.Join(folder, "log.csv"))
	require.NoError(t, err)
	assert.Equal(t, epochs+1, bytes.Count(log, []byte("\n")))
	saved, err := filepath.Glob(filepath.Join(folder, "??.keras"))
	require.NoError(t, err)
	assert.NotEmpty(t, saved)
	assert.Less(t, len(saved), epochs, "only the best")

	for _, bad := range [][]string{{"--reduce-lr", "2:3"}, {"--monitor-mode", "up"}, {"--early-stopping", "-1"}, {"--class-weight", "a=b"}, {"--min-delta", "-1"}} {
		r := kerasrun(t, "", append(append([]string{}, flags...), bad...)...)
		assert.Equal(t, 2, r.code, r.stderr)
		assert.Contains(t, r.stderr, bad[0])
	}
	r = kerasrun(t, "", append(append([]string{}, flags...), "--monitor", "val_gain")...)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, "val_gain is not among the numbers of an epoch: loss, val_loss")
	r = kerasrun(t, "", append(append([]string{}, flags...), "--checkpoint", filepath.Join(folder, "log.csv", "x.keras"))...)
	assert.Equal(t, 1, r.code)
	assert.NotContains(t, r.stderr, "epoch 1", "it is found before the first epoch")
}

// Names of classes train as the classes do, whether the loss takes numbers or rows.
func TestFinetuneLabels(t *testing.T) {
	dir := t.TempDir()
	labels := filepath.Join(dir, "labels.txt")
	for _, name := range []string{"loss_categorical_crossentropy_k3.keras", "loss_sparse_categorical_crossentropy_k3.keras", "loss_crossentropy_k3.keras"} {
		model := training + name
		m, err := keras.Load(model)
		require.NoError(t, err)
		in, classes := m.Inputs()[0].Shape[1], m.Outputs()[0].Shape[1]
		var names []string
		for k := range classes {
			names = append(names, "kind "+strconv.Itoa(k))
		}
		require.NoError(t, os.WriteFile(labels, []byte(strings.Join(names, "\n")+"\n"), 0o600))
		named, arrays := &strings.Builder{}, &strings.Builder{}
		for r := range 20 {
			x, hot := make([]float64, in), make([]int, classes)
			for i := range x {
				x[i] = float64((r*5+i*3)%7) / 7
			}
			hot[r%classes] = 1
			var y any = hot
			if strings.Contains(name, "sparse") {
				y = r % classes
			}
			require.NoError(t, json.NewEncoder(named).Encode(map[string]any{"x": x, "y": names[r%classes]}))
			require.NoError(t, json.NewEncoder(arrays).Encode(map[string]any{"x": x, "y": y}))
		}
		history := func(rows string, more ...string) map[string][]float64 {
			r := kerasrun(t, rows, append([]string{"finetune", model, "--data", "-", "-o", filepath.Join(dir, "o.keras"), "--history", "-"}, more...)...)
			require.Zero(t, r.code, r.stderr)
			return historyOf(t, r.stdout)
		}
		assert.Equal(t, history(arrays.String()), history(named.String(), "--labels", labels), name)
	}
}

// Rows that are read anew in each epoch train as those in memory do.
func TestFinetuneStream(t *testing.T) {
	dir := t.TempDir()
	train := func(data string, more ...string) outcome {
		return kerasrun(t, "", append([]string{"finetune", seed + "seed_k2.h5", "--data", data, "-o", filepath.Join(dir, "o.h5"), "--history", "-",
			"--epochs", "3", "--batch-size", "52"}, more...)...)
	}
	history := func(more ...string) map[string][]float64 {
		r := train(seed+"xy.csv", more...)
		require.Zero(t, r.code, r.stderr)
		assert.Equal(t, 1, strings.Count(r.stderr, "without --target"), r.stderr)
		return historyOf(t, r.stdout)
	}
	validation := []string{"--validation-data", seed + "xy.csv"}
	assert.Equal(t, history(append(validation, "--no-shuffle")...), history(append(validation, "--no-shuffle", "--stream")...))
	mixed := history("--stream", "--shuffle-buffer", "40")
	assert.Equal(t, mixed, history("--stream", "--shuffle-buffer", "40"))
	assert.NotEqual(t, mixed, history("--stream", "--shuffle-buffer", "40", "--seed", "1"))
	for want, r := range map[string]outcome{
		"an .npz archive is read as a whole":    train(seed+"xy.npz", "--stream"),
		"it must be a file or a folder":         train("-", "--stream"),
		"--validation-data has the rows":        train(seed+"xy.csv", "--stream", "--validation-split", "0.2"),
		"no such file":                          train(seed+"none.csv", "--stream"),
		"--shuffle-buffer must not be negative": train(seed+"xy.csv", "--stream", "--shuffle-buffer", "-1"),
	} {
		assert.NotZero(t, r.code)
		assert.Contains(t, r.stderr, want)
	}
}
