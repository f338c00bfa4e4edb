package train

import (
	"slices"

	"github.com/kerasrun/kerasrun/layers"
)

// option returns where an option of that Keras name is kept: a *float64, *int
// or *bool; nil if there is none.
func (o *Optimizer) option(key string) any {
	switch key {
	case "momentum":
		return &o.Momentum
	case "nesterov":
		return &o.Nesterov
	case "beta_1":
		return &o.Beta1
	case "beta_2":
		return &o.Beta2
	case "amsgrad":
		return &o.Amsgrad
	case "rho":
		return &o.Rho
	case "centered":
		return &o.Centered
	case "epsilon":
		return &o.Epsilon
	case "initial_accumulator_value":
		return &o.InitialAccumulator
	case "learning_rate_power":
		return &o.LearningRatePower
	case "l1_regularization_strength":
		return &o.L1
	case "l2_regularization_strength":
		return &o.L2
	case "l2_shrinkage_regularization_strength":
		return &o.L2Shrinkage
	case "beta":
		return &o.Beta
	case "weight_decay":
		return &o.WeightDecay
	case "clipnorm":
		return &o.ClipNorm
	case "clipvalue":
		return &o.ClipValue
	case "global_clipnorm":
		return &o.GlobalClipNorm
	case "use_ema":
		return &o.UseEMA
	case "ema_momentum":
		return &o.EMAMomentum
	case "ema_overwrite_frequency":
		return &o.EMAOverwrite
	case "gradient_accumulation_steps":
		return &o.AccumulateSteps
	}
	return nil
}

// commonOptions are those of every optimizer; null when they are 0 but for the
// EMA's.
var commonOptions = []string{"weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
	"ema_overwrite_frequency", "gradient_accumulation_steps"}

// optimizer reads an optimizer's class and options in the spelling of any Keras.
func (r *settingsReader) optimizer(v any) Optimizer {
	name, config := named(v)
	o, err := ParseOptimizer(name)
	if err != nil {
		r.unsupported("optimizer", "%v", err)
		return o
	}
	decay := 0.0
	for _, k := range layers.SortedKeys(config) {
		x := config[k]
		ok := true
		switch k {
		case "name", "jit_compile", "is_legacy_optimizer", "learning_rate", "lr":
		case "decay": // of Keras 2.10 and before; Nadam had another there
			if x != nil && o.Class != "Nadam" {
				decay, ok = layers.Float(x)
			}
		case "schedule_decay": // Nadam of Keras 2.3 and before: today's has none
		default:
			ok = x == nil || r.set(&o, k, x)
		}
		if !ok {
			r.unsupported("optimizer", "%s: option %s=%v", name, k, x)
		}
	}
	for _, k := range []string{"lr", "learning_rate"} {
		if x, ok := config[k]; ok && x != nil {
			r.rate(&o, x)
		}
	}
	if decay != 0 {
		if o.Schedule != nil {
			r.unsupported("optimizer", "%s: decay=%v of a learning rate schedule", name, decay)
		}
		// lr / (1 + decay·iteration)
		o.Schedule = &Schedule{Class: "InverseTimeDecay", InitialLearningRate: o.LearningRate, DecaySteps: 1, DecayRate: decay}
	}
	if err := o.check(); err != nil {
		r.unsupported("optimizer", "%v", err)
	} else if o.Schedule != nil {
		o.LearningRate = float64(o.Schedule.At(0))
	}
	return o
}

// set stores an option that the class has.
func (r *settingsReader) set(o *Optimizer, key string, x any) (ok bool) {
	if !slices.Contains(commonOptions, key) && !slices.Contains(rules[o.Class].options, key) {
		return x == false
	}
	switch p := o.option(key).(type) {
	case *bool:
		*p, ok = x.(bool)
	case *int:
		*p, ok = layers.Int(x)
		ok = ok && *p >= 0
	case *float64:
		*p, ok = layers.Float(x)
	}
	return ok
}

// rate reads a learning rate: a number or a schedule.
func (r *settingsReader) rate(o *Optimizer, x any) {
	if v, ok := layers.Float(x); ok {
		o.LearningRate = v
		return
	}
	class, config := named(x)
	s := &Schedule{Class: class, Power: 1, EndLearningRate: 0.0001, TMul: 2, MMul: 1}
	if scheduleClasses[class].rate == nil {
		r.unsupported("optimizer", "%s: learning_rate=%v", o.Class, x)
		return
	}
	for k, v := range config {
		ok := v == nil
		switch p := s.option(k).(type) {
		case *float64:
			if !ok {
				*p, ok = layers.Float(v)
			}
		case *bool:
			if !ok {
				*p, ok = v.(bool)
			}
		case **float64:
			if !ok {
				var f float64
				f, ok = layers.Float(v)
				*p = &f
			}
		case *[]float64:
			list, isList := v.([]any)
			ok = isList
			for _, e := range list {
				f, isNumber := layers.Float(e)
				ok = ok && isNumber
				*p = append(*p, f)
			}
		case *string:
			*p, _ = v.(string)
			ok = true
		}
		if !ok {
			r.unsupported("optimizer", "%s: option %s=%v", class, k, v)
		}
	}
	o.Schedule = s
}

// option returns where an option of that Keras name is kept.
func (s *Schedule) option(key string) any {
	switch key {
	case "initial_learning_rate":
		return &s.InitialLearningRate
	case "decay_steps", "first_decay_steps":
		return &s.DecaySteps
	case "decay_rate":
		return &s.DecayRate
	case "staircase":
		return &s.Staircase
	case "end_learning_rate":
		return &s.EndLearningRate
	case "power":
		return &s.Power
	case "cycle":
		return &s.Cycle
	case "alpha":
		return &s.Alpha
	case "warmup_target":
		return &s.WarmupTarget
	case "warmup_steps":
		return &s.WarmupSteps
	case "t_mul":
		return &s.TMul
	case "m_mul":
		return &s.MMul
	case "boundaries":
		return &s.Boundaries
	case "values":
		return &s.Values
	case "name":
		return &s.Name
	}
	return nil
}
