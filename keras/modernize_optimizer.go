package keras

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/keras/internal/spelling"
	"github.com/kerasrun/kerasrun/layers"
	"github.com/kerasrun/kerasrun/optimizers"
)

// oldOptimizer is an optimizer of Keras 1 or 2 on its way to Keras 3.
type oldOptimizer struct {
	class  string
	config map[string]any // Keras 3's options
	byKind bool           // slots of one kind stood together, before Keras 2.11
}

// modernOptimizer reads the optimizer of a training configuration.
func modernOptimizer(training map[string]any) (*oldOptimizer, error) {
	name, given := optimizerOf(training)
	stock, err := optimizers.New(name)
	if err != nil {
		return nil, fmt.Errorf("Keras 3 does not have its optimizer %q", name)
	}
	o := &oldOptimizer{class: optimizers.Class(stock), config: map[string]any{}}
	given = maps.Clone(given)
	old, _ := training["optimizer_config"].(map[string]any)
	written, _ := old["class_name"].(string)
	o.byKind = given["is_legacy_optimizer"] == true || old != nil && !strings.HasPrefix(written, "Custom>")
	spelling.Rename(given, "lr", "learning_rate")
	spelling.UnwrapNumbers(given, slices.Concat(layers.SortedKeys(given))...)
	known := layers.Options(stock)
	delete(known, "gradient_accumulation_steps")
	for k, v := range given {
		if _, has := known[k]; has || k == "learning_rate" {
			o.config[k] = v
		}
	}
	if o.config["epsilon"] == nil {
		delete(o.config, "epsilon") // 1e-7
	}
	o.config["name"] = layers.SnakeCase(o.class)
	if schedule, ok := o.config["learning_rate"].(map[string]any); ok {
		class, config, _ := layers.ClassAndConfig(schedule)
		switch class {
		case "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay":
		default:
			return nil, fmt.Errorf("Keras 3 does not have its learning rate %s", spelling.Short(schedule))
		}
		o.schedule(class, config)
	}
	// Keras divided the rate by 1 + decay·iteration until 2.11.
	if decay, _ := layers.Float(given["decay"]); decay != 0 && o.class != "Nadam" { // there it is that of the momentum
		rate, ok := layers.Float(o.config["learning_rate"])
		if !ok {
			return nil, fmt.Errorf("its learning rate is a schedule that decays by %v besides", decay)
		}
		o.schedule("InverseTimeDecay", map[string]any{"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay, "staircase": false})
	}
	return o, nil
}

func (o *oldOptimizer) schedule(class string, config map[string]any) {
	o.config["learning_rate"] = map[string]any{"module": "keras.optimizers.schedules", "class_name": class, "config": config, "registered_name": nil}
}

func (o *oldOptimizer) spec() map[string]any {
	return map[string]any{"module": "keras.optimizers", "class_name": o.class, "config": o.config, "registered_name": nil}
}

// positive reports whether an option is a number above 0 or true.
func (o *oldOptimizer) positive(key string) bool {
	if x, ok := layers.Float(o.config[key]); ok {
		return x > 0
	}
	return o.config[key] == true
}

// groups lists the slots of each variable, those of a group side by side, as
// Keras 3 creates them. Keras 2.11 to 2.15 does the same.
func (o *oldOptimizer) groups() (groups [][]string) {
	for _, g := range optimizers.Decode(new(layers.Decoder), o.class, o.config).Slots() {
		var names []string
		for _, s := range g {
			if !s.Keras2.Only && !s.Single {
				names = append(names, s.Name)
			}
		}
		if len(names) > 0 {
			groups = append(groups, names)
		}
	}
	return groups
}

// state brings the optimizer's variables into Keras 3's order: iteration,
// learning rate, slots. It returns nil when there are none or they do not fit.
func (o *oldOptimizer) state(m *Model) []Stored {
	if len(m.origin.Optimizer) == 0 || o.positive("use_ema") {
		return nil
	}
	iteration, product, slots, ok := splitState(m.origin.Optimizer)
	var trainable []*Weight
	for i := range m.weights {
		if m.weights[i].Trainable {
			trainable = append(trainable, &m.weights[i])
		}
	}
	groups := o.groups()
	if o.class == "SGD" && len(groups) == 0 {
		slots = nil
	}
	if o.class == "Adam" && len(slots) == 3*len(trainable) && len(groups) == 1 {
		slots = slots[:2*len(trainable)] // a placeholder for each variable, until Keras 2.3
	}
	order, fits := o.order(groups, slots, trainable)
	if !ok || !fits {
		return nil
	}
	prefix := layers.SnakeCase(o.class) + "/"
	out := []Stored{{Name: prefix + "iteration", DType: "int64", Shape: []int{}, Data: binary.LittleEndian.AppendUint64(nil, uint64(iteration))}}
	rate, isNumber := layers.Float(o.config["learning_rate"])
	if o.config["learning_rate"] == nil {
		return nil // an optimizer that was named only has no state
	}
	if isNumber {
		out = append(out, Stored{Name: prefix + "learning_rate", DType: "float32", Shape: []int{}, Data: float32Bytes(rate)})
	}
	for _, s := range order {
		w := trainable[s.variable]
		name := strings.ReplaceAll(w.Layer+"/"+w.Name, "/", "_") + "_" + s.slot
		out = append(out, Stored{Name: prefix + name, DType: "float32", Shape: slices.Clone([]int(w.Shape)), Data: slots[s.at].Data})
	}
	if o.class == "Nadam" {
		if product == 0 {
			product = o.momenta(iteration)
		}
		out = append(out, Stored{Name: prefix + "variable", DType: "float32", Shape: []int{}, Data: float32Bytes(product)})
	}
	return out
}

// momenta is the product of Nadam's momenta so far, which Keras 2 kept in a
// variable until 2.10 (keras/src/optimizers/nadam.py).
func (o *oldOptimizer) momenta(iteration int64) float64 {
	beta, ok := layers.Float(o.config["beta_1"])
	if !ok {
		beta = 0.9
	}
	product := 1.0
	for t := 1; t <= int(min(iteration, 10000)); t++ {
		product *= beta * (1 - 0.5*math.Pow(0.96, float64(t)))
	}
	return product
}

func float32Bytes(x float64) []byte {
	return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(x)))
}

// splitState takes the count of steps, and Nadam's product of momenta, off the
// slots.
func splitState(all []Stored) (iteration int64, product float64, slots []Stored, ok bool) {
	for i, a := range all {
		scalar := len(a.Shape) == 0
		switch {
		case scalar && a.DType == "int64" && len(a.Data) == 8:
			iteration = int64(binary.LittleEndian.Uint64(a.Data))
		case scalar && a.DType == "int32" && len(a.Data) == 4:
			iteration = int64(int32(binary.LittleEndian.Uint32(a.Data)))
		case scalar && a.DType == "float32" && i == 0 && len(a.Data) == 4:
			iteration = int64(math.Float32frombits(binary.LittleEndian.Uint32(a.Data)))
		case scalar && strings.Contains(a.Name, "learning_rate"):
		case scalar && a.DType == "float32" && i == 1 && len(a.Data) == 4:
			product = float64(math.Float32frombits(binary.LittleEndian.Uint32(a.Data)))
		case a.DType == "float32":
			slots = append(slots, a)
		default:
			return 0, 0, nil, false
		}
	}
	return iteration, product, slots, iteration >= 0
}

// slotPlace says where a slot of Keras 3's order stands among the old ones.
type slotPlace struct {
	slot     string
	variable int
	at       int
}

// order finds the slots by the order of the file's era, or else by the other one
// if only that fits the shapes.
func (o *oldOptimizer) order(groups [][]string, slots []Stored, variables []*Weight) ([]slotPlace, bool) {
	for _, byKind := range []bool{o.byKind, !o.byKind} {
		var out []slotPlace
		base, fits := 0, true
		for _, g := range groups {
			for v, w := range variables {
				for k, name := range g {
					at := base + v*len(g) + k
					if byKind {
						at = base + k*len(variables) + v
					}
					fits = fits && at < len(slots) && len(slots[at].Data) == 4*w.Value.Len()
					out = append(out, slotPlace{name, v, at})
				}
			}
			base += len(g) * len(variables)
		}
		if fits && base == len(slots) {
			return out, true
		}
	}
	return nil, false
}
