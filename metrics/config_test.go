package metrics

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kerasrun/kerasrun/layers"
)

// What is written of a metric is read as the same metric again, in both spellings.
func TestConfigIsReadAgain(t *testing.T) {
	for _, name := range Names() {
		m, err := New(name)
		assert.NoError(t, err)
		switch m := m.(type) {
		case *AUC:
			m.Curve, m.Thresholds = "PR", []float64{0.25, 0.5}
		case *Precision:
			k := 2
			m.TopK, m.Thresholds = &k, 0.25
		case *R2Score:
			m.ClassAggregation = ""
		case *MeanIoU:
			m.NumClasses = 3
		case *IoU:
			m.NumClasses, m.TargetClassIDs = 3, []int{1}
		case *OneHotIoU:
			m.NumClasses = 3
		case *OneHotMeanIoU:
			m.NumClasses = 3
		}
		for _, era := range []int{2, 3} {
			class, function, options := Config(m, name, era)
			if class == "" {
				assert.NotEmpty(t, function, name)
				continue
			}
			d := &layers.Decoder{}
			assert.Equal(t, m, Decode(d, class, asJSON(options)), "%s, Keras %d", name, era)
			assert.Empty(t, d.Problems, name)
		}
	}
}

// asJSON gives lists the type that a parser gives them.
func asJSON(options map[string]any) map[string]any {
	for k, v := range options {
		var list []any
		switch v := v.(type) {
		case []float64:
			for _, x := range v {
				list = append(list, x)
			}
		case []int:
			for _, x := range v {
				list = append(list, x)
			}
		default:
			continue
		}
		options[k] = list
	}
	return options
}

func TestDecodeProblems(t *testing.T) {
	for class, config := range map[string]map[string]any{
		"MeanIoU":          {"num_classes": 1e6},
		"AUC":              {"num_thresholds": 1e6},
		"F1Score":          {"threshold": 2.0},
		"R2Score":          {"class_aggregation": "most"},
		"PrecisionAtMoney": {},
		"Accuracy":         {"tilt": 1},
	} {
		d := &layers.Decoder{}
		Decode(d, class, config)
		assert.Len(t, d.Problems, 1, class)
	}
}
