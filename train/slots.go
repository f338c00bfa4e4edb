package train

import "github.com/kerasrun/kerasrun/optimizers"

// average and accumulator are the slots of what all optimizers can do.
const (
	average     = "average"
	accumulator = "gradient_accumulator"
)

// slotGroups lists everything that an optimizer keeps, in Keras' order and under
// the names of the era, 2 or 3.
func slotGroups(o optimizers.Optimizer, era int) (groups []optimizers.Group) {
	if l, ok := o.(*optimizers.LossScaleOptimizer); ok { // the inner one's are together
		return append(l.Slots()[:2:2], slotGroups(l.Inner, era)...)
	}
	if o.Base().UseEMA {
		groups = append(groups, optimizers.Slots(average))
	}
	if o.Base().Accumulates() {
		groups = append(groups, optimizers.Slots(accumulator))
	}
	for _, all := range o.Slots() {
		var g optimizers.Group
		for _, s := range all {
			switch {
			case era == 2:
				if s.Keras2.Name != "" {
					s.Name = s.Keras2.Name
				}
			case s.Keras2.Only:
				continue
			default:
				s.Keras2.Unsaved = false
			}
			g = append(g, s)
		}
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
