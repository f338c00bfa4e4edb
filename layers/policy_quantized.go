package layers

import (
	"slices"
	"strconv"
	"strings"
)

// quantized reads the policy of a quantized layer: its mode is "int8", "int4" or
// "float8", or has numbers behind: "int4/BLOCK", "gptq/BITS/GROUP", "awq/BITS/GROUP",
// where -1 is one group of all (keras/src/dtype_policies/dtype_policy.py).
func (p *Policy) quantized(d *Decoder, config map[string]any) {
	text, _ := config["mode"].(string)
	mode, rest, _ := strings.Cut(text, "/")
	var numbers []int
	for s := range strings.SplitSeq(rest, "/") {
		n, err := strconv.Atoi(s)
		if err == nil {
			numbers = append(numbers, n)
		}
	}
	p.Quantization, p.Bits = mode, 4
	p.Bare, _ = config["bare"].(bool)
	switch {
	case text == "int8":
		return
	case text == "int4":
		p.PackedRows, _ = config["packed_rows"].(bool)
		return
	case text == "float8":
		p.History = 1024
		if n, given := config["amax_history_length"]; given {
			if v, ok := Int(n); ok && v > 0 {
				p.History = v
			} else {
				d.Broken("amax_history_length must be >= 1, received %s", Brief(n))
			}
		}
		return
	case mode == "int4" && len(numbers) == 1:
		p.Block = numbers[0]
	case (mode == "gptq" || mode == "awq") && len(numbers) == 2:
		p.Bits, p.Block = numbers[0], numbers[1]
	default:
		d.Broken("mode must be int8, int4/BLOCK, float8, gptq/BITS/GROUP or awq/BITS/GROUP, received %s", Brief(config["mode"]))
		return
	}
	if p.Block == 0 || p.Block < -1 {
		d.Broken("mode must have groups of 1 or more rows, or -1, received %s", Brief(text))
	}
	if wanted := map[string][]int{"gptq": {2, 3, 4, 8}, "awq": {4}}[mode]; wanted != nil && !slices.Contains(wanted, p.Bits) {
		d.Broken("mode must have one of %v bits, received %s", wanted, Brief(text))
	}
	p.Block = max(p.Block, 0)
}

// Groups is how many groups a kernel of that many rows has.
func (p Policy) Groups(rows int) int {
	if p.Block < 1 {
		return 1
	}
	return (rows + p.Block - 1) / p.Block
}
