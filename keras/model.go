package keras

import (
	"slices"

	"github.com/kerasrun/kerasrun/keras/internal/custom"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// Model is a model with its weights. It is immutable and safe for concurrent
// use; editing returns a new Model that shares what did not change.
type Model struct {
	root    layers.Model
	config  map[string]any // {"class_name": …, "config": …} in the Keras 3 spelling; not to be changed
	inputs  []Port
	outputs []Port
	weights []Weight
	places  []layers.Weight // what root lists: a weight at each place where its layer stands
	slots   []int           // for each weight that root lists, which of weights it is: layers may stand at several places
	origin  *Origin
}

// Port is an input or an output of a model.
type Port struct {
	Name string
	runtime.Type
}

// Weight is a weight with its value.
type Weight struct {
	layers.Weight

	// Value holds the numbers that are computed with; it must not be changed.
	// Half precision, float64 and uint8 are widened or rounded to float32.
	Value *runtime.Tensor

	// Stored holds what the file held where that is not Value bit for bit, so
	// that saving loses nothing; nil for float32 and int64.
	Stored *Stored

	// FileName is the weight's name in the file: "dense/kernel:0" in a legacy
	// .h5, "layers/dense/vars/0" in Keras 3. It is empty when the weight did
	// not come from a file.
	FileName string

	factor int // rows of the matrix that the weight is, where it is used as the right factor of products alone
}

// Stored is an array as a file holds it.
type Stored struct {
	Name  string
	DType string // NumPy's name: "float16", "bfloat16", "float64", "int8", …
	Shape []int
	Data  []byte // little-endian, row-major; not to be changed
}

// Format is a kind of model file.
type Format string

// The formats, told apart by content.
const (
	FormatH5         Format = "h5"          // HDF5 with model_config and weights
	FormatH5Weights  Format = "h5 weights"  // HDF5 with layer_names and weights, no configuration
	FormatKeras      Format = "keras"       // zip with config.json and weights
	FormatWeightsH5  Format = "weights.h5"  // HDF5 as inside a .keras archive, no configuration
	FormatSavedModel Format = "saved_model" // folder with saved_model.pb, keras_metadata.pb and a checkpoint
	FormatTFJS       Format = "tfjs"        // folder with model.json and shards of weights
	FormatConfig     Format = "json"        // a configuration, JSON or YAML, alone or with weights beside it
)

// Origin is what is known of the file a model came from beyond what the model
// computes. Saving needs it to write the file's own style.
type Origin struct {
	File         string // path or name, as given
	Format       Format
	Era          int    // 1, 2 or 3: whose spelling the configuration has
	KerasVersion string // as the file says; "" when it does not
	Backend      string // "tensorflow", "theano", "cntk", "jax", "torch", or "" when unknown
	Class        string // class_name of the root: "Sequential", "Model", "Functional"

	Config         []byte            // the configuration, byte for byte
	TrainingConfig []byte            // training_config of a .h5, compile_config of a .keras; nil without one
	Metadata       []byte            // metadata.json of a .keras
	Assets         map[string][]byte // members below assets/ of a .keras
	Optimizer      []Stored          // the optimizer's variables in the order of the file

	// Notes lists what Modernize and WithHeads could not keep of the file.
	Notes []string

	blocks []*custom.Block // what the custom classes are
}

// Inputs returns the inputs in the order in which Keras lists them.
func (m *Model) Inputs() []Port { return slices.Clone(m.inputs) }

// Outputs returns the outputs in the order in which Keras lists them.
func (m *Model) Outputs() []Port { return slices.Clone(m.outputs) }

// Weights returns the weights in the order of Keras' model.weights.
func (m *Model) Weights() []Weight { return slices.Clone(m.weights) }

// Root returns the outermost layer, a Sequential or a Functional. It must not be
// changed.
func (m *Model) Root() layers.Model { return m.root }

// Name returns the model's name.
func (m *Model) Name() string { return m.root.Base().Name }

// Config returns the configuration in the Keras 3 spelling, whatever version
// the file has, as decoded JSON. It must not be changed.
func (m *Model) Config() map[string]any { return m.config }

// Origin tells where the model came from; it is never nil and must not be
// changed.
func (m *Model) Origin() *Origin { return m.origin }

// clone returns a copy whose weights and origin can be replaced.
func (m *Model) clone() *Model {
	c, o := *m, *m.origin
	c.weights, c.origin = slices.Clone(m.weights), &o
	return &c
}
