package keras

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/kerasrun/kerasrun/internal/hdf5"
	"github.com/kerasrun/kerasrun/internal/pyjson"
	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/runtime"
)

// oldTree is what Keras 2.13 and 2.14 call the list of layers.
const oldTree = "_layer_checkpoint_dependencies"

// maxTree bounds the levels of a tree of layers, groups with backslashes in
// their names being several.
const maxTree = 256

// treeWeights reads weights saved as Keras 3 saves them: each layer's variables
// are numbered datasets in a group vars, at a path made of attribute names and
// of class names numbered within a list (keras/src/saving/saving_lib.py).
func (l *loader) treeWeights(roots []*hdf5.Group, m *Model) error {
	tree, err := treeOf(roots)
	if err != nil {
		return err
	}
	return l.readTree(tree, m)
}

func treeOf(roots []*hdf5.Group) (*treeNode, error) {
	tree := &treeNode{children: map[string]*treeNode{}}
	for _, root := range roots {
		if err := tree.add(root, 0, map[any]bool{root.ID(): true}); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

// told returns the model with what the tree's arrays tell and its configuration does not.
func (l *loader) told(tree *treeNode, m *Model) (*Model, error) {
	m, err := l.withPolicies(tree, m)
	if err != nil {
		return nil, err
	}
	return l.withRMSScaling(m, func(gamma *Weight) bool {
		node := tree.find(gamma.Path)
		return node != nil && len(node.vars) == 1
	})
}

// withPolicies returns the model with policies for the projections of attention that the tree
// holds in integers or in float8 while the configuration says nothing of it: model.quantize
// of Keras 3 writes such files, and cannot open them.
func (l *loader) withPolicies(tree *treeNode, m *Model) (*Model, error) {
	found := map[string]map[string]any{} // by layer, and by the names of projections
	for _, w := range m.weights {
		name, projects := projections[strings.TrimPrefix(path.Base(w.Path), "_")]
		if !projects || w.Name != "kernel" || w.DType == "int8" {
			continue
		}
		node := tree.find(w.Path)
		if node == nil {
			continue
		}
		if class, config := policyOf(node.vars, w.Shape); class != "" {
			if found[w.Layer] == nil {
				found[w.Layer] = map[string]any{}
			}
			config["source_name"] = "float32"
			key := path.Base(w.Layer) + "/" + name
			found[w.Layer][key] = map[string]any{"module": "keras.dtype_policies", "class_name": class, "config": config, "registered_name": nil}
		}
	}
	return l.retold(m, slices.Collect(maps.Keys(found)), func(layer string, spec map[string]any) bool {
		inner, _ := spec["config"].(map[string]any)
		if _, told, _ := layers.ClassAndConfig(inner["dtype"]); inner == nil || told["policy_map"] != nil {
			return false
		}
		inner["dtype"] = map[string]any{"module": "keras.dtype_policies", "class_name": "DTypePolicyMap", "registered_name": nil,
			"config": map[string]any{"default_policy": inner["dtype"], "policy_map": found[layer]}}
		return true
	})
}

// projections are the names of layers in attention, by where it keeps them.
var projections = map[string]string{"query_dense": "query", "key_dense": "key", "value_dense": "value", "gate_dense": "gate", "output_dense": "attention_output"}

// retold returns the model with changes to the configurations of some layers; as it was
// where one of these is not to be changed.
func (l *loader) retold(m *Model, changed []string, change func(layer string, spec map[string]any) bool) (*Model, error) {
	if len(changed) == 0 {
		return m, nil
	}
	config, err := l.parseConfig(m.origin.Config)
	if err != nil {
		return nil, err
	}
	for _, layer := range changed {
		spec := config
		for step := range strings.SplitSeq(layer, "/") {
			spec = specNamed(spec, step)
		}
		if !change(layer, spec) {
			return m, nil
		}
	}
	if m.origin.Config, err = pyjson.Marshal(config); err != nil {
		return nil, err
	}
	return l.assemble(m.origin)
}

// withRMSScaling returns the model with rms_scaling for each LayerNormalization of which
// the file holds gamma and no beta, though its configuration wants both: Keras 3.0 to 3.3
// does not write that option (keras/src/layers/normalization/layer_normalization.py), and
// cannot open such files.
func (l *loader) withRMSScaling(m *Model, alone func(gamma *Weight) bool) (*Model, error) {
	version := m.origin.KerasVersion
	if !slices.ContainsFunc([]string{"3.0.", "3.1.", "3.2.", "3.3."}, func(v string) bool { return strings.HasPrefix(version, v) }) {
		return m, nil
	}
	var found []string
	for i := 1; i < len(m.weights); i++ {
		gamma, beta := &m.weights[i-1], &m.weights[i]
		if gamma.Name == "gamma" && beta.Name == "beta" && gamma.Layer == beta.Layer && alone(gamma) {
			found = append(found, gamma.Layer)
		}
	}
	return l.retold(m, found, func(_ string, spec map[string]any) bool {
		class, inner, _ := layers.ClassAndConfig(spec)
		if class == "LayerNormalization" && inner != nil {
			inner["rms_scaling"] = true
		}
		return true
	})
}

// specNamed is the layer of a name in the configuration of a model.
func specNamed(spec map[string]any, name string) map[string]any {
	config, _ := spec["config"].(map[string]any)
	list, _ := config["layers"].([]any)
	for _, e := range list {
		if inner, ok := e.(map[string]any); ok && spelling.NameOf(inner) == name {
			return inner
		}
	}
	return nil
}

// policyOf tells the quantization of an EinsumDense by its arrays; class is empty where
// there is none. The kernel comes first, its scales behind a bias or it.
func policyOf(vars []dataset, kernel runtime.Shape) (class string, config map[string]any) {
	if len(vars) < 2 {
		return "", nil
	}
	first, last := vars[0].Shape(), vars[len(vars)-1]
	switch {
	case vars[0].DType() == "float32" && len(vars) >= 7 && len(last.Shape()) == 1:
		return "QuantizedFloat8DTypePolicy", map[string]any{"mode": "float8", "amax_history_length": last.Shape()[0]}
	case vars[0].DType() != "int8":
		return "", nil
	case len(first) == len(kernel):
		return "QuantizedDTypePolicy", map[string]any{"mode": "int8"}
	case len(vars) < 4 || len(first) != 2:
		return "Int4DTypePolicy", map[string]any{"mode": "int4/-1"}
	}
	// The groups of rows are in the file: any block that gives as many of them will do.
	groups, rows := 1, first[0]
	if s := vars[len(vars)-3].Shape(); len(s) == 2 && s[0] > 0 {
		groups = s[0]
	}
	return "Int4DTypePolicy", map[string]any{"mode": fmt.Sprintf("int4/%d", max((rows+groups-1)/groups, 1))}
}

// readTree reads the weights from a tree of any file.
func (l *loader) readTree(tree *treeNode, m *Model) error {
	paths := make([]string, len(m.weights))
	for i, w := range m.weights {
		paths[i] = w.Path
	}
	tree.align(paths, "")
	next := map[*treeNode]int{}
	owners := map[string]int{}
	for _, w := range m.places {
		owners[w.Path]++
	}
	read := make([]bool, len(m.weights))
	for i, place := range m.places {
		w := &m.weights[m.slots[i]]
		node := tree.find(place.Path)
		if read[m.slots[i]] { // it stands at another place too
			if node != nil {
				next[node]++
			}
			continue
		}
		read[m.slots[i]] = true
		if node == nil {
			return &FormatError{Path: place.Path, Layer: w.Layer, What: "weights:", Wanted: "a group vars", Received: "none"}
		}
		if len(node.vars) != owners[place.Path] {
			if len(node.vars) == owners[place.Path]-1 && slices.ContainsFunc(m.weights, func(w Weight) bool { return w.Path == place.Path && w.Packed }) {
				what := "weights (Keras 3.14 and later leave the zeros of GPTQ and AWQ out of a file, and cannot open it):"
				return &FormatError{Path: place.Path, Layer: w.Layer, What: what, Wanted: fmt.Sprint(owners[place.Path]), Received: fmt.Sprint(len(node.vars))}
			}
			return wrongCount(w.Layer, place.Path, owners[place.Path], len(node.vars))
		}
		if next[node] == len(node.vars) { // another path led here too
			return wrongCount(w.Layer, place.Path, next[node]+1, len(node.vars))
		}
		if err := l.readWeight(node.vars[next[node]], w); err != nil {
			return err
		}
		next[node]++
	}
	return tree.checkCustom(m.root, next)
}

// treeNode is a group of the file with backslashes in names taken for the
// separators that they were on Windows.
type treeNode struct {
	children map[string]*treeNode
	vars     []dataset
	renamed  map[string]string // the file's names of children, by the names wanted
}

func (t *treeNode) child(name string) *treeNode {
	c := t.children[name]
	if c == nil {
		c = &treeNode{children: map[string]*treeNode{}}
		t.children[name] = c
	}
	return c
}

// add takes the groups below g. Each may stand at one place: with links that lead
// to a group by many ways a small file would have more paths than can be walked.
func (t *treeNode) add(g *hdf5.Group, depth int, seen map[any]bool) error {
	links, err := g.Links()
	if err != nil {
		return err
	}
	for _, link := range links {
		if link.Kind != hdf5.KindGroup {
			continue
		}
		inner, err := g.Group(link.Name)
		if err != nil {
			return err
		}
		if seen[inner.ID()] {
			return &FormatError{Path: inner.Path(), What: "group:", Wanted: "one place", Received: "a second link to it"}
		}
		seen[inner.ID()] = true
		node := t
		steps := strings.Split(strings.ReplaceAll(link.Name, `\`, "/"), "/")
		if depth += len(steps); depth > maxTree {
			return &FormatError{Path: inner.Path(), What: "levels of the tree of layers:", Wanted: fmt.Sprintf("at most %d", maxTree), Received: fmt.Sprint(depth)}
		}
		vars := false
		for _, step := range steps {
			if vars = step == "vars"; vars {
				break
			}
			if step == oldTree {
				step = "layers"
			}
			node = node.child(step)
		}
		if vars {
			err = node.addVars(inner)
		} else {
			err = node.add(inner, depth, seen)
		}
		if err != nil {
			return err
		}
		depth -= len(steps)
	}
	return nil
}

// addVars lists the datasets of a group vars by number.
func (t *treeNode) addVars(g *hdf5.Group) error {
	links, err := g.Links()
	if err != nil {
		return err
	}
	sort.SliceStable(links, func(i, j int) bool { return numeric(links[i].Name) < numeric(links[j].Name) })
	for _, link := range links {
		d, err := g.Dataset(link.Name)
		if err != nil {
			return err
		}
		t.vars = append(t.vars, h5Array{d})
	}
	return nil
}

func numeric(name string) int {
	n, err := strconv.Atoi(name)
	if err != nil {
		return 1 << 30
	}
	return n
}

// find follows a path, through the names that align found.
func (t *treeNode) find(path string) *treeNode {
	for _, step := range strings.Split(path, "/") {
		if t = t.get(step); t == nil {
			return nil
		}
	}
	return t
}

func (t *treeNode) get(step string) *treeNode {
	if other, ok := t.renamed[step]; ok {
		step = other
	}
	if c := t.children[step]; c != nil {
		return c
	}
	return t.children["_"+step] // attributes that were private before Keras 3
}

// align matches the layers that the model has with those of the file where
// their numbers differ: Keras 2.13 and 2.14 counted every layer with weights
// twice, so that numbers have gaps. Within a class the order is that of the
// layers. paths are those of the model's weights, prefix the place of t.
func (t *treeNode) align(paths []string, prefix string) {
	under := map[string][]string{} // the paths below each child
	var order []string
	for _, p := range paths {
		step, rest, _ := strings.Cut(p, "/")
		if under[step] == nil {
			order = append(order, step)
		}
		under[step] = append(under[step], rest)
	}
	if prefix == "layers" {
		t.renumber(order)
	}
	for _, step := range order {
		var rest []string
		for _, p := range under[step] {
			if p != "" {
				rest = append(rest, p)
			}
		}
		if c := t.get(step); c != nil && len(rest) > 0 {
			c.align(rest, step)
		}
	}
}

func (t *treeNode) renumber(wanted []string) {
	missing := false
	for _, name := range wanted {
		c := t.children[name]
		missing = missing || c == nil || !c.holds()
	}
	if !missing {
		return
	}
	type child struct {
		name   string
		number int
	}
	have := map[string][]child{}
	for name, c := range t.children {
		if c.holds() {
			class, n := splitNumber(name)
			have[class] = append(have[class], child{name, n})
		}
	}
	for _, list := range have {
		sort.Slice(list, func(i, j int) bool { return list[i].number < list[j].number })
	}
	t.renamed = map[string]string{}
	used := map[string]int{}
	for _, name := range wanted { // in the order of the layers
		class, _ := splitNumber(name)
		if k := used[class]; k < len(have[class]) {
			t.renamed[name] = have[class][k].name
			used[class]++
		}
	}
}

// holds reports whether the group holds any variable.
func (t *treeNode) holds() bool {
	if len(t.vars) > 0 {
		return true
	}
	for _, c := range t.children {
		if c.holds() {
			return true
		}
	}
	return false
}

// splitNumber splits "conv2d_12" into its class and its number.
func splitNumber(name string) (class string, number int) {
	if i := strings.LastIndexByte(name, '_'); i > 0 {
		if n, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i], n
		}
	}
	return name, 0
}
