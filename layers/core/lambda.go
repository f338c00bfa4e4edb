package core

import "github.com/kerasrun/kerasrun/layers"

func init() {
	layers.RegisterKeras("Lambda", func() layers.Layer { return &Lambda{} })
}

// Lambda computes what a Python function does (keras/src/layers/core/
// lambda_layer.py). The function is never run: its configuration, here, is that
// of a Functional of operations, which the reader of a file has worked out, or
// the reason why that was not possible.
type Lambda struct {
	layers.Functional
	Formula string `keras:"formula"` // for people: "x / 127.5 - 1"
}

// Configure implements layers.Configurer.
func (l *Lambda) Configure(d *layers.Decoder, config map[string]any) {
	if _, lifted := config["layers"]; !lifted {
		name, _ := config["name"].(string)
		reason, _ := config["refused"].(string)
		if reason == "" {
			reason = "its code has not been read"
		}
		d.Unsupported("a Lambda holds Python code, which is never run; register a Go implementation as %q. It is not known what it computes: %s", "Lambda:"+name, reason)
		return
	}
	own := map[string]any{}
	for k, v := range config {
		if k != "formula" {
			own[k] = v
		}
	}
	l.Formula, _ = config["formula"].(string)
	l.Functional.Configure(d, own)
}
