package keras_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/internal/trial"
	"github.com/kerasrun/kerasrun/keras"
)

const (
	format      = "FormatError"
	unsupported = "UnsupportedError"
	limit       = "LimitError"
	loads       = "" // and runs, because what is hostile in it is never looked at
)

// hostile says how each file of testdata/hostile must end: the type of the error
// and a piece of its text. scripts/hostile.py writes the files.
var hostile = map[string]struct{ kind, says string }{
	// Code and gadgets.
	"lambda_bytecode.keras":          {unsupported, "never run"}, // CVE-2024-3660
	"lambda_bytecode.h5":             {unsupported, "never run"}, // CVE-2025-9905: .h5 without safe_mode
	"lambda_keras2.h5":               {unsupported, "never run"},
	"module_os.keras":                {unsupported, `"system"`}, // CVE-2025-1550
	"module_own_class.keras":         {unsupported, "Custom>Dense"},
	"registered_name.keras":          {unsupported, "evil>Dense"},
	"gadget_get_file.keras":          {unsupported, "get_file"},                      // CVE-2025-8747
	"gadget_unsafe_switch.keras":     {unsupported, "enable_unsafe_deserialization"}, // CVE-2025-9906
	"gadget_lambda_activation.keras": {unsupported, "__lambda__"},
	"gadget_initializer.keras":       {loads, ""},                         // weights are read, not initialized
	"gadget_compile.keras":           {loads, ""},                         // training is set up on demand, from a closed list
	"torch_module.keras":             {unsupported, "TorchModuleWrapper"}, // CVE-2025-49655: a pickle
	"tfsm_layer.keras":               {unsupported, "TFSMLayer"},          // CVE-2026-1462: another file
	"jax_layer.keras":                {unsupported, "JaxLayer"},
	"vocabulary_path.keras":          {format + unsupported, `layer "v"`},  // CVE-2025-12058
	"vocabulary_url.keras":           {format + unsupported, `layer "v"`},  // CVE-2025-12058
	"vocabulary_text.keras":          {format + unsupported, `layer "v"`},  // CVE-2025-12058
	"external_storage.h5":            {unsupported, "external data files"}, // CVE-2026-1669
	"external_storage.keras":         {unsupported, "external data files"}, // CVE-2026-1669
	"external_link.h5":               {unsupported, "external link"},       // CVE-2026-1669
	"external_link.keras":            {unsupported, "external link"},       // CVE-2026-1669
	"virtual_dataset.h5":             {unsupported, "virtual dataset"},     // Keras pull request 22900
	"soft_link_nowhere.h5":           {format, "/etc/passwd"},
	"soft_link_cycle.h5":             {limit, "SoftLinks"},
	"shape_bomb.h5":                  {limit, "WeightBytes"},       // CVE-2026-0897
	"shape_bomb_ratio.h5":            {limit, "HDF5.Ratio"},        // CVE-2026-0897
	"shape_not_the_configs.h5":       {limit, "HDF5.DatasetBytes"}, // CVE-2026-0897
	"shape_overflow.h5":              {format, "product is an int"},
	"cyclic_btree.h5":                {format, ""},
	"cyclic_continuation.h5":         {format, "continuation once"},
	"cyclic_groups.keras":            {format, "a second link"},
	"ladder_groups.keras":            {format, "a second link"},
	"giant_attribute.h5":             {limit, "HDF5.AttributeBytes"},
	"zip_bomb_config.keras":          {limit, "ZipBytes"}, // Keras pull request 23010
	"zip_bomb_weights.keras":         {limit, "ZipRatio"}, // Keras pull request 23016
	"zip_size_lie.keras":             {format, "config.json"},
	"zip_overlapping.keras":          {limit, "ZipBytes"},
	"zip_duplicate.keras":            {format, "this one twice"},
	"zip_duplicate_slash.keras":      {format, "this one twice"},
	"zip_traversal.keras":            {loads, ""},                // CVE-2025-12060: names are looked up, never joined to a path
	"zip_symlink.keras":              {format, "JSON at byte 0"}, // CVE-2024-55459
	"zip_symlink_asset.keras":        {loads, ""},                // CVE-2024-55459: an asset that is never followed
	"zip_encrypted.keras":            {unsupported, "encrypted"},
	"zip_empty.keras":                {format, "empty archive"},
	"npz_pickle.keras":               {unsupported, "pickled"},
	"shard_outside.keras":            {format, "names of members"},
	"json_deep.keras":                {limit, "JSONDepth"},
	"json_huge_integer.keras":        {format, "units"},
	"json_duplicate_keys.keras":      {format, `"units" twice`},
	"json_not_utf8.keras":            {format, "JSON at byte"},
	"json_cut.keras":                 {format, "JSON at byte"},
	"nested_models.keras":            {limit, "JSONDepth"},
	"many_layers.keras":              {limit, "Limits.JSONRatio"},
	"models_in_models.keras":         {limit, "Limits.Nodes"},
	"graph_cycle.keras":              {format, "no cycles"},
	"graph_self_call.keras":          {format, "no cycles"},
	"graph_self_call_keras2.h5":      {format, "no cycles"},
	"graph_dangling.keras":           {format, `"ghost"`},
	"graph_dangling_call.keras":      {format, "call 7"},
	"graph_dangling_output.keras":    {format, "output 9"},
	"graph_same_names.keras":         {format, `"d" twice`},
	"size_units.keras":               {format, "received 1099511627776"},
	"size_units_fit.keras":           {limit, "WeightBytes"},
	"size_input.keras":               {limit, "WeightBytes"},
	"size_reshape.keras":             {format, "reshape"},
	"size_repeat.keras":              {format, "received 1099511627776"},
	"size_repeat_fit.keras":          {limit, "ActivationBytes"},
	"size_embedding.keras":           {format, "at most 1099511627776 elements"},
	"size_filters.keras":             {limit, "WeightBytes"},
	"size_kernel.keras":              {format, "at most 1099511627776 elements"},
	"size_dilation.keras":            {format, "dilation"},
	"size_strides.keras":             {format, "conv_transpose"},
	"size_pool.keras":                {format, "a window of at most"},
	"size_padding.keras":             {format, "padding"},
	"size_padding_fit.keras":         {format, "pad: wanted at most"},
	"size_up_sampling.keras":         {format, "resize"},
	"size_heads.keras":               {format, ""},
	"empty.h5":                       {format, "an empty file"},
	"signature_only.h5":              {format, "superblock"},
	"cut.h5":                         {format, "truncated"},
	"cut.keras":                      {format, "zip archive"},
	"pytorch.keras":                  {format, "archive/data.pkl"},
	"pickle.h5":                      {format, "a Python pickle"},
	"lfs_pointer.h5":                 {format, "Git LFS pointer"},
	"html.h5":                        {format, "HTML"},
	"config_is_code.h5":              {format, "JSON at byte 0"},
	"config_not_utf8.h5":             {format, "UTF-8"},
	"no_config.h5":                   {format, "weights alone"},
	"no_weights.h5":                  {format, "layer_names"},
	"no_weights.keras":               {format, "model.weights.h5"},
	"training_history.h5":            {format, "neither configuration nor weights"},
	"wrong_shape.h5":                 {format, "wanted (4, 2), received (2, 4)"},
	"wrong_shape.keras":              {format, "wanted (4, 2), received (2, 4)"},
	"missing_bias.keras":             {format, "weights: wanted 2, received 1"},
	"strings_for_weights.keras":      {unsupported, "string"},
	"names_not_utf8.h5":              {format, "wanted UTF-8"},
	"nan_weights.h5":                 {loads, ""}, // as Keras does; inspect says so
}

// slow are files that unpack to megabytes of configuration: what is read takes
// its time.
var slow = map[string]bool{"many_layers.keras": true}

func TestHostileFiles(t *testing.T) {
	const folder = "../testdata/hostile/"
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		if _, known := hostile[e.Name()]; !known && e.Name() != "README.md" {
			t.Errorf("%s: nothing says how it must end", e.Name())
		}
	}
	for name, want := range hostile {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(folder + name)
			require.NoError(t, err)
			r := &witness{t: t, ReaderAt: bytes.NewReader(data), open: openFiles(t)}
			before := allocated()
			most := 100 * time.Millisecond
			if slow[name] {
				most *= 10
			}
			start := time.Now()
			m, err := keras.Read(r, int64(len(data)))
			if err == nil {
				_, err = m.Compile()
			}
			took := time.Since(start)
			assert.Less(t, allocated()-before, uint64(trial.MaxMemory+len(data)))
			assert.Equal(t, r.open, openFiles(t), "files or sockets are open")
			// Emulators and race detectors, which run short, are not asked; a busy
			// machine gets another chance.
			for again := 0; again < 20 && took > most && !testing.Short(); again++ {
				start := time.Now()
				_, _ = keras.Read(bytes.NewReader(data), int64(len(data)))
				took = min(took, time.Since(start))
			}
			if !testing.Short() {
				assert.Less(t, took, most)
			}
			if want.kind == loads {
				require.NoError(t, err)
				assert.Equal(t, "done", trial.File(data).Stage)
				return
			}
			require.Error(t, err)
			require.NotEmpty(t, trial.Kind(err), "%T %v", err, err)
			assert.Contains(t, want.kind, trial.Kind(err), "%v", err)
			assert.Contains(t, err.Error(), want.says)
			// The same by its path, with the file named.
			_, err = keras.Load(folder + name)
			require.ErrorContains(t, err, name)
			assert.Equal(t, r.open, openFiles(t), "files or sockets are open")
		})
	}
}

// More members than an archive may have, which as a file would not be small.
func TestManyMembers(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 10_001 {
		_, err := z.Create(strconv.Itoa(i))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	_, err := keras.Read(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.ErrorContains(t, err, "Limits.ZipMembers must be at most 10000, received 10001")
	assert.Equal(t, limit, trial.Kind(err))
}

// witness sees at every read that no file or socket has been opened meanwhile.
type witness struct {
	io.ReaderAt
	t    *testing.T
	open []string
}

func (w *witness) ReadAt(p []byte, off int64) (int, error) {
	assert.Equal(w.t, w.open, openFiles(w.t), "files or sockets are open during a read")
	return w.ReaderAt.ReadAt(p, off)
}

// openFiles lists what this process has open, where the system tells.
func openFiles(t *testing.T) []string {
	if runtime.GOOS != "linux" {
		return nil
	}
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		// The list itself is open while it is read, and gone by now.
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && !strings.HasPrefix(target, "anon_inode:") {
			out = append(out, target)
		}
	}
	slices.Sort(out)
	return out
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
