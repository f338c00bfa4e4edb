package keras_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/kerasrun/kerasrun/internal/fixture"
	"github.com/kerasrun/kerasrun/keras"
)

// blocks are the files that say what the classes of the models in testdata/custom are.
func blocks() (opts []keras.LoadOption) {
	for _, class := range []string{"Encoder", "Positions", "Pooled", "Stack"} {
		opts = append(opts, keras.WithCustom(class, filepath.Join("../testdata/custom", class+".json")))
	}
	return opts
}

// customModels are the models, which Kerases of both versions wrote.
func customModels(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, ending := range []string{"h5", "keras"} {
		found, err := filepath.Glob("../testdata/custom/*." + ending)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	all = append(all, "../testdata/custom/pooled_saved", "../testdata/custom/transformer_saved")
	if len(all) < 11 {
		t.Fatalf("%d models", len(all))
	}
	return all
}

func TestCustomClasses(t *testing.T) {
	for _, path := range customModels(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			m, err := keras.Load(path, blocks()...)
			if err != nil {
				t.Fatal(err)
			}
			if r := fixture.Check(m, path, fixture.ForModels); r.Err != nil {
				t.Error(r.Err)
			}
		})
	}
}

// A file written again is of the same class, a modernized one of stock layers that
// need no block.
func TestCustomClassesSaved(t *testing.T) {
	for _, path := range customModels(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			m, err := keras.Load(path, blocks()...)
			if err != nil {
				t.Fatal(err)
			}
			answers := strings.TrimSuffix(path, filepath.Ext(path))
			again := filepath.Join(t.TempDir(), "again.h5")
			if strings.HasSuffix(path, ".keras") {
				again = strings.TrimSuffix(again, ".h5") + ".keras"
			}
			if err := m.Save(again); err != nil {
				t.Fatal(err)
			}
			if _, err := keras.Load(again); err == nil {
				t.Error("loaded without blocks")
			}
			if m, err = keras.Load(again, blocks()...); err != nil {
				t.Fatal(err)
			}
			if r := fixture.Check(m, answers, fixture.ForModels); r.Err != nil || r.Skipped {
				t.Error("saved again", r)
			}
			modern, err := m.Modernize()
			if strings.Contains(path, "pooled") {
				if err == nil && len(modern.Origin().Notes) == 0 {
					t.Error("a mask is lost without a word")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			stock := filepath.Join(t.TempDir(), "stock.keras")
			if err := modern.Save(stock); err != nil {
				t.Fatal(err)
			}
			if m, err = keras.Load(stock); err != nil {
				t.Fatal(err)
			}
			if r := fixture.Check(m, answers, fixture.ForModels); r.Err != nil || r.Skipped {
				t.Error("modernized", r)
			}
		})
	}
}
