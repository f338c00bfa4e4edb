package keras_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kerasrun/kerasrun/keras"
)

// TestBrokenBlocks has blocks that do not say what the class is.
func TestBrokenBlocks(t *testing.T) {
	encoder, err := os.ReadFile("../testdata/custom/Encoder.json")
	if err != nil {
		t.Fatal(err)
	}
	replaced := func(old, with string) string {
		if !strings.Contains(string(encoder), old) {
			t.Fatalf("no %s in the block", old)
		}
		return strings.ReplaceAll(string(encoder), old, with)
	}
	second := `{"class_name": "LayerNormalization", "config": {"name": "layernorm2", "epsilon": 1e-6}, "inbound_nodes": [{"args": [["add2", 0, 0]]}]},`
	itself := `{"class_name": "Sequential", "parameters": {"embed_dim": null, "num_heads": null, "ff_dim": null, "rate": null}, "config": {"layers": [
		{"class_name": "Encoder", "config": {"name": "again", "embed_dim": 4, "num_heads": 2, "ff_dim": 5, "rate": 0}}]}}`
	for _, c := range []struct{ name, class, block, wanted string }{
		{"missing", "Encoder", replaced(`"rate": 0.1`, `"rate": 0.1, "depth": null`), "depth"},
		{"undeclared", "Encoder", replaced(`"rate": 0.1`, `"momentum": 0.1`), `config.layers[5].config.rate: $ "rate": parameter rate`},
		{"option", "Encoder", replaced(`"ff_dim": null, `, ``), "ff_dim"},
		{"syntax", "Encoder", replaced(`embed_dim // num_heads`, `embed_dim // (num_heads`), "no ')'"},
		{"division", "Encoder", replaced(`embed_dim // num_heads`, `embed_dim // (num_heads - num_heads)`), "division by zero"},
		{"not whole", "Encoder", replaced(`embed_dim // num_heads`, `embed_dim / 3`), "key_dim"},
		{"cycle", "Encoder", replaced(`"args": [["add1", 0, 0]]`, `"args": [["add2", 0, 0]]`), "cycle"},
		{"dangling", "Encoder", replaced(`"args": [["att", 0, 0]]`, `"args": [["nothing", 0, 0]]`), `refers to layer "nothing"`},
		{"itself", "Encoder", itself, "made of itself: Encoder > Encoder"},
		{"stock", "Dense", string(encoder), "the layer Dense that there is already"},
		{"attribute", "Encoder", replaced(`layernorm1`, `norm1`), "norm1"},
		{"weights left over", "Encoder", replaced(`"name": "down"`, `"name": "down", "use_bias": false`), "ffn"},
		{"weights missing", "Encoder", replaced(`"name": "layernorm2"`, `"name": "layernorm2", "rms_scaling": false, "scale": false`), "layernorm2"},
		{"a layer missing", "Encoder", strings.Replace(replaced(`["layernorm2", 0, 0]`, `["add2", 0, 0]`), second, "", 1), "layernorm2"},
		{"own weights", "Encoder", replaced(`"class_name": "Functional"`, `"class_name": "Functional", "own_weights": ["ffn"]`), "own_weights"},
		{"unknown key", "Encoder", replaced(`"parameters"`, `"params"`), "params"},
		{"no model", "Encoder", `{"class_name": "Dense", "config": {}}`, "Functional or Sequential"},
		{"no JSON", "Encoder", `{"class_name": `, "JSON"},
		{"large", "Encoder", replaced(`"rate": {"$": "rate"}`, `"rate": {"$": "range(65536)"}`), "rate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "block.json")
			if err := os.WriteFile(file, []byte(c.block), 0o600); err != nil {
				t.Fatal(err)
			}
			positions := keras.WithCustom("Positions", "../testdata/custom/Positions.json")
			_, err := keras.Load("../testdata/custom/transformer_keras3.keras", positions, keras.WithCustom(c.class, file))
			var broken *keras.FormatError
			if !errors.As(err, &broken) {
				t.Fatalf("wanted a FormatError, received %T: %v", err, err)
			}
			if !strings.Contains(err.Error(), c.wanted) {
				t.Errorf("wanted %q in %v", c.wanted, err)
			}
		})
	}
}

// TestBlocksFromFS reads a block from the file system of the model.
func TestBlocksFromFS(t *testing.T) {
	fsys := os.DirFS("../testdata/custom")
	load := func(opts ...keras.LoadOption) error {
		_, err := keras.ReadFS(fsys, "pooled_keras3.keras", opts...)
		return err
	}
	if err := load(keras.WithCustom("Pooled", "Pooled.json")); err != nil {
		t.Error(err)
	}
	if err := load(keras.WithCustom("Pooled", "../custom/Pooled.json")); err == nil {
		t.Error("opened a file outside")
	}
	m, err := keras.ReadFS(fsys, "pooled_keras3.keras", keras.WithCustom("Pooled", "Pooled.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = m.LoadWeights("../testdata/custom/pooled_keras3.keras"); err != nil {
		t.Error(err)
	}
	if _, err = m.LoadWeights("../testdata/custom/pooled_keras3.keras", keras.WithCustom("Pooled", "Pooled.json")); err == nil {
		t.Error("an option of no use is none")
	}
	if err := load(keras.WithCustom("Pooled", "none.json")); err == nil {
		t.Error("a block that is not there is none")
	}
	if err := load(keras.WithCustom("Pooled", "Pooled.json"), keras.WithCustom("Pooled", "Stack.json")); err == nil {
		t.Error("two blocks for a class")
	}
}

// TestBlocksAreBounded holds what the blocks of one model come to.
func TestBlocksAreBounded(t *testing.T) {
	config := `{"class_name": "Sequential", "config": {"name": "m", "layers": [
		{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 1]}}`
	for i := range 40 {
		config += fmt.Sprintf(`, {"class_name": "Wide", "config": {"name": "w%d"}}`, i)
	}
	file := filepath.Join(t.TempDir(), "wide.json")
	block := `{"class_name": "Sequential", "config": {"layers": [{"class_name": "Reshape", "config": {"name": "r", "target_shape": {"$": "range(65536)"}}}]}}`
	if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := keras.FromConfig([]byte(config+"]}}"), keras.WithCustom("Wide", file))
	if err == nil || !strings.Contains(err.Error(), "values of all blocks") {
		t.Error(err)
	}
}
