package layers

import "github.com/kerasrun/kerasrun/runtime"

// Policy is a layer's dtype option: the dtype of its variables, and that of
// its computations when they differ (mixed_float16). Computations here are
// float32 either way; the name decides the tolerance of a comparison.
type Policy struct {
	Name         string
	Quantization string // of layers with a quantized kernel: "int8", "int4", "float8", "gptq", "awq"
	Block        int    // of int4, gptq and awq: rows of the kernel that share a scale and a zero; 0 for all
	Bits         int    // of gptq and awq
	History      int    // of float8: how many largest values are kept
	PackedRows   bool   // of int4 up to Keras 3.13: rows of a kernel share bytes, and inputs are quantized too
	Inside       *PolicyMap
	Bare         bool // within TimeDistributed: Keras forgets scales and groups there
}

func (p *Policy) DecodeOption(d *Decoder, v any) {
	switch x := v.(type) {
	case nil:
	case string:
		p.Name = x
	case map[string]any:
		class, config, ok := ClassAndConfig(x)
		if !ok {
			d.Broken("must be a dtype or a policy, received %s", Brief(v))
			return
		}
		p.Name, _ = config["name"].(string)
		switch class {
		case "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "Int4DTypePolicy", "GPTQDTypePolicy", "AWQDTypePolicy":
			p.Name, _ = config["source_name"].(string)
			p.quantized(d, config)
		case "DTypePolicyMap":
			p.mapped(d, config)
		}
	default:
		d.Broken("must be a dtype or a policy, received %s", Brief(v))
		return
	}
	switch p.Name {
	case "", "float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16",
		"int32", "int64", "int8", "uint8", "int16", "uint16", "uint32", "bool", "string":
	default:
		d.Unsupported("dtype %q", p.Name)
	}
}

// Variables returns the dtype of the layer's variables.
func (p Policy) Variables() string {
	switch p.Name {
	case "", "mixed_float16", "mixed_bfloat16":
		return "float32"
	}
	return p.Name
}

// Half reports whether computations are in half precision.
func (p Policy) Half() bool {
	switch p.Name {
	case "float16", "bfloat16", "mixed_float16", "mixed_bfloat16":
		return true
	}
	return false
}

// Quantization says how weights become integers.
type Quantization struct {
	Mode  string // "int8" or "int4"
	Block int    // of int4: how many rows of a kernel share a scale and a zero; 0 for one scale a column
}

// Quantizer is a layer whose weights can become integers. Quantize returns the
// values of the weights of the quantized layer, in the order of its Build, for those
// of this one.
type Quantizer interface {
	Quantize(q Quantization, values []*runtime.Tensor) ([]*runtime.Tensor, error)
}
