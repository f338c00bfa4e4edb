package main

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
)

// options are layers with an input that fits them and the options that take
// sizes.
var options = map[string]struct{ input, fixed, sizes string }{
	"Dense":                    {"4", "", "units"},
	"EinsumDense":              {"4, 4", `"equation": "abc,cd->abd"`, "output_shape"},
	"Embedding":                {"4", "", "input_dim output_dim"},
	"Conv1D":                   {"16, 4", "", "filters kernel_size strides dilation_rate groups"},
	"Conv2D":                   {"8, 8, 4", "", "filters kernel_size strides dilation_rate groups"},
	"Conv3D":                   {"4, 4, 4, 2", "", "filters kernel_size strides dilation_rate"},
	"Conv2DTranspose":          {"8, 8, 4", "", "filters kernel_size strides output_padding dilation_rate"},
	"DepthwiseConv2D":          {"8, 8, 4", "", "kernel_size strides depth_multiplier dilation_rate"},
	"SeparableConv1D":          {"16, 4", "", "filters kernel_size depth_multiplier"},
	"MaxPooling2D":             {"8, 8, 4", `"padding": "same"`, "pool_size strides"},
	"AveragePooling1D":         {"8, 4", `"padding": "same"`, "pool_size strides"},
	"AdaptiveAveragePooling2D": {"8, 8, 4", "", "output_size"},
	"UpSampling2D":             {"8, 8, 4", `"interpolation": "bilinear"`, "size"},
	"UpSampling1D":             {"8, 4", "", "size"},
	"ZeroPadding2D":            {"8, 8, 4", "", "padding"},
	"Cropping1D":               {"8, 4", "", "cropping"},
	"RepeatVector":             {"4", "", "n"},
	"Reshape":                  {"4", "", "target_shape"},
	"Permute":                  {"4, 5", "", "dims"},
	"LSTM":                     {"3, 4", "", "units"},
	"GRU":                      {"3, 4", "", "units"},
	"ConvLSTM2D":               {"2, 4, 4, 2", "", "filters kernel_size strides dilation_rate"},
	"MultiHeadAttention":       {"3, 4", "", "num_heads key_dim value_dim output_shape"},
	"GroupedQueryAttention":    {"3, 4", "", "head_dim num_query_heads num_key_value_heads"},
	"GroupNormalization":       {"4", "", "groups axis"},
	"BatchNormalization":       {"4", "", "axis epsilon"},
	"LayerNormalization":       {"4", "", "axis epsilon"},
	"Softmax":                  {"4", "", "axis"},
	"CategoryEncoding":         {"4", `"output_mode": "multi_hot"`, "num_tokens"},
	"Hashing":                  {"4", "", "num_bins salt"},
	"HashedCrossing":           {"4", "", "num_bins"},
	"Resizing":                 {"8, 8, 3", "", "height width"},
	"CenterCrop":               {"8, 8, 3", "", "height width"},
	"Discretization":           {"4", `"bin_boundaries": [0.0, 1.0]`, "num_bins"},
	"StringLookup":             {"4", `"vocabulary": ["a"], "output_mode": "multi_hot"`, "num_oov_indices max_tokens"},
	"MelSpectrogram":           {"4000", "", "fft_length sequence_stride sequence_length sampling_rate num_mel_bins"},
	"STFTSpectrogram":          {"4000, 1", "", "frame_length frame_step fft_length"},
	"Masking":                  {"3, 4", "", "mask_value"},
	"Rescaling":                {"4", "", "scale offset"},
	"Maximum":                  {"4", "", "axis"},
	"Dot":                      {"4", "", "axes"},
	"Flatten":                  {"4", "", "axis"},
	"ReversibleEmbedding":      {"4", "", "input_dim output_dim"},
	"SpectralNormalization":    {"4", `"layer": ` + layer("Dense", "inner", `"units": 2`), "power_iterations"},
	"RandomRotation":           {"8, 8, 3", `"factor": 0.1`, "fill_value seed"},
	"Attention":                {"3, 4", "", "dropout"},
	"GlobalAveragePooling1D":   {"3, 4", "", "axis"},
	"SeparableConv2D":          {"8, 8, 4", "", "filters kernel_size strides depth_multiplier dilation_rate"},
	"Conv1DTranspose":          {"8, 4", "", "filters kernel_size strides output_padding"},
	"MaxPooling3D":             {"4, 4, 4, 2", "", "pool_size strides"},
	"ZeroPadding3D":            {"4, 4, 4, 2", "", "padding"},
	"AdaptiveMaxPooling1D":     {"8, 4", "", "output_size"},
	"UnitNormalization":        {"4", "", "axis"},
	"DepthwiseConv1D":          {"8, 4", "", "kernel_size depth_multiplier strides"},
	"UpSampling3D":             {"4, 4, 4, 2", "", "size"},
	"Bidirectional":            {"3, 4", `"layer": ` + layer("LSTM", "inner", `"units": 2`), "merge_mode"},
}

var hugeNumbers = []generator{
	{"option", oneOption},
	{"options and input", allOptions},
	{"initial state", func(r *rand.Rand) []byte {
		cell := layer([]string{"LSTM", "GRU", "SimpleRNN"}[r.IntN(3)], "rnn", fmt.Sprintf(`"units": %d, "return_sequences": true`, size(r, 3000)))
		return []byte(sequential("top", input(fmt.Sprintf("%d, %d", size(r, 100_000_000), size(r, 1000))), cell))
	}},
	{"product", func(r *rand.Rand) []byte { // each size is modest, together they are not
		var all []string
		for i := range 1 + r.IntN(30) {
			all = append(all, layer("UpSampling1D", fmt.Sprintf("up%d", i), fmt.Sprintf(`"size": %d`, 2+r.IntN(100))))
		}
		return []byte(sequential("top", append([]string{input("8, 4")}, all...)...))
	}},
	{"weights", func(r *rand.Rand) []byte { // that no file has
		return []byte(sequential("top", append([]string{input("4")}, times(size(r, 100), func(i int) string {
			return layer("Dense", fmt.Sprintf("d%d", i), fmt.Sprintf(`"units": %d`, size(r, 1<<18)))
		})...)...))
	}},
	{"windows", func(r *rand.Rand) []byte { // little memory, much work
		n := size(r, 4096)
		c := layer("Conv2D", "conv", fmt.Sprintf(`"filters": %d, "kernel_size": %d, "padding": "same"`, size(r, 64), size(r, 300)))
		return []byte(sequential("top", input(fmt.Sprintf("%d, %d, %d", n, n, 1+r.IntN(4))), c))
	}},
}

func classes() []string {
	var names []string
	for n := range options {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// plain are the sizes of options that are not the hostile one.
func plain(name string) string {
	switch name {
	case "target_shape", "dims", "output_shape", "axes":
		return fmt.Sprintf("%q: [2, 1]", name)
	case "axis":
		return `"axis": -1`
	}
	return fmt.Sprintf("%q: 2", name)
}

func oneOption(r *rand.Rand) []byte {
	all := classes()
	class := all[r.IntN(len(all))]
	o := options[class]
	names := strings.Fields(o.sizes)
	which := r.IntN(len(names))
	var parts []string
	if o.fixed != "" {
		parts = append(parts, o.fixed)
	}
	for i, n := range names {
		if i == which {
			value := large(r)
			if r.IntN(3) == 0 {
				value = "[" + value + ", " + large(r) + "]"
			}
			parts = append(parts, fmt.Sprintf("%q: %s", n, value))
		} else if r.IntN(8) > 0 {
			parts = append(parts, plain(n))
		}
	}
	return []byte(sequential("top", input(o.input), layer(class, "hostile", strings.Join(parts, ", "))))
}

func allOptions(r *rand.Rand) []byte {
	all := classes()
	class := all[r.IntN(len(all))]
	o := options[class]
	var parts []string
	if o.fixed != "" {
		parts = append(parts, o.fixed)
	}
	for _, n := range strings.Fields(o.sizes) {
		parts = append(parts, fmt.Sprintf("%q: %d", n, size(r, 1<<20)))
	}
	dims := strings.Split(o.input, ", ")
	for i := range dims {
		if r.IntN(2) == 0 {
			dims[i] = []string{fmt.Sprint(size(r, 1<<20)), "null", large(r)}[r.IntN(3)]
		}
	}
	return []byte(sequential("top", input(strings.Join(dims, ", ")), layer(class, "hostile", strings.Join(parts, ", "))))
}
