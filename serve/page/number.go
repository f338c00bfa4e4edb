package page

import (
	"encoding/json"
	"math"
	"strconv"
)

// number is a float in JSON, with the texts "NaN", "Infinity" and "-Infinity",
// which JavaScript's Number takes, where JSON has no number.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	case float64(float32(v)) == v: // as short as gives the same float32 back
		b := strconv.AppendFloat(nil, v, 'g', -1, 32)
		return b, nil
	default:
		return json.Marshal(v)
	}
}
