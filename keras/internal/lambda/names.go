package lambda

import (
	"math"
	"slices"
	"strings"
)

// globals lists what the names of a module stand for. A Lambda's own module is
// not in the file, so names are taken by what they are commonly imported as, and
// any other name is refused.
var globals = map[string]string{
	"K": "K", "backend": "K", "KB": "K", "keras_backend": "K", "tf": "tf", "tensorflow": "tf", "keras": "keras",
	"ops": "ops", "np": "np", "numpy": "np", "math": "math", "activations": "keras.activations",
	"imagenet_utils": "keras.applications.imagenet_utils",
}

// builtins are the functions of Python that are known.
var builtins = strings.Fields("abs bool float int len list max min pow range round slice sum tuple")

// renamed lists modules that have another name, longest first.
var renamed = []struct{ from, to string }{
	{"tf.compat.v1.image.resize.", "tf.image.resize_images."}, {"tf.compat.v1.", "tf."}, {"tf.compat.v2.", "tf."}, {"tf.keras.", "keras."}, {"tf.math.", "tf."}, {"tf.linalg.", "tf."}, {"tf.dtypes.", "tf."}, {"tf.nn.", "tf."},
	{"keras.api.", "keras."}, {"keras.src.", "keras."}, {"keras.backend.", "K."}, {"keras.ops.", "ops."}, {"ops.nn.", "ops."}, {"ops.numpy.", "ops."},
	{"K.tf.", "tf."},
}

// modules lists what is a module and no function.
var modules = strings.Fields(`K tf keras ops np math tf.compat tf.compat.v1 tf.compat.v2 tf.keras tf.math tf.linalg tf.nn tf.image tf.dtypes
tf.keras.backend tf.keras.activations keras.backend keras.ops keras.activations keras.src keras.api ops.nn ops.numpy ops.image ops.linalg K.tf tf.image.ResizeMethod`)

// constants lists values of modules.
var constants = map[string]any{
	"np.pi": math.Pi, "math.pi": math.Pi, "np.e": math.E, "math.e": math.E, "np.inf": math.Inf(1), "math.inf": math.Inf(1), "np.newaxis": nil, "tf.newaxis": nil,
	"ops.pi": math.Pi, "tf.image.ResizeMethod.BILINEAR": "bilinear", "tf.image.ResizeMethod.NEAREST_NEIGHBOR": "nearest", "tf.image.ResizeMethod.BICUBIC": "bicubic",
}

// dtype is a data type by its name; called, it converts.
type dtype string

var dtypes = strings.Fields("float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool")

// global is what a name of the module stands for.
func global(name string) any {
	if path, ok := globals[name]; ok {
		return module(path)
	}
	if slices.Contains(builtins, name) {
		return function(name)
	}
	switch name {
	case "True":
		return true
	case "False":
		return false
	case "None":
		return nil
	}
	panic(refuse("the name %s is not known: what it stands for is not in the file", name))
}

// imported is what an import statement within the function gives: the module, or
// without names to take from it the package that it is in.
func imported(path string, names any) any {
	root, rest, _ := strings.Cut(path, ".")
	known, ok := map[string]string{"tensorflow": "tf", "keras": "keras", "numpy": "np", "math": "math"}[root]
	if !ok {
		panic(refuse("an import of %s", path))
	}
	if names == nil || rest == "" {
		return module(known)
	}
	return member(known + "." + rest)
}

// attribute is v.name.
func attribute(m *machine, v any, name string) any {
	switch x := v.(type) {
	case module:
		return member(string(x) + "." + name)
	case *Node:
		return m.nodeAttribute(x, name)
	case method, function, unknown:
		panic(refuse("the attribute %s of %s", name, show(v)))
	}
	return method{of: v, name: name}
}

// member is what a path in a module stands for.
func member(path string) any {
	short := canonical(path)
	if v, ok := constants[short]; ok {
		return v
	}
	if _, ok := functions()[short]; ok {
		return function(short)
	}
	if slices.Contains(modules, path) || slices.Contains(modules, short) || isApplications(short) {
		return module(short)
	}
	root, last := short[:strings.IndexByte(short, '.')], short[strings.LastIndexByte(short, '.')+1:]
	if (root == "tf" || root == "np") && slices.Contains(dtypes, strings.TrimSuffix(last, "_")) {
		return dtype(strings.TrimSuffix(last, "_"))
	}
	panic(refuse("%s, which is not among the functions that are lifted", path))
}

// canonical gives a path the name under which the tables have it.
func canonical(path string) string {
	path += "."
	for range len(renamed) {
		before := path
		for _, r := range renamed {
			if rest, ok := strings.CutPrefix(path, r.from); ok {
				path = r.to + rest
			}
		}
		if path == before {
			break
		}
	}
	path = strings.TrimSuffix(path, ".")
	return path
}
