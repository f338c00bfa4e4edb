package serve

import (
	"net/http"
	"strconv"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// SignatureName is the one signature that a Keras model has, under TensorFlow's
// name for it.
const SignatureName = "serving_default"

// metadata tells inputs and outputs, as TensorFlow's SignatureDef has them.
func (s v1) metadata(w http.ResponseWriter, ref Ref) {
	v, err := s.models.Find(ref)
	if err != nil {
		writeError(w, err)
		return
	}
	type object = map[string]any
	writeJSON(w, http.StatusOK, object{
		"model_spec": object{"name": v.Name, "signature_name": "", "version": strconv.FormatInt(v.Number, 10)},
		"metadata": object{"signature_def": object{"signature_def": object{SignatureName: object{
			"inputs": signature(v.Inputs), "outputs": signature(v.Outputs), "method_name": "tensorflow/serving/predict", "defaults": object{},
		}}}},
	})
}

func signature(ports []keras.Port) map[string]any {
	all := map[string]any{}
	for _, p := range ports {
		dims := []map[string]string{}
		for _, d := range p.Shape {
			dims = append(dims, map[string]string{"size": strconv.Itoa(max(d, -1)), "name": ""})
		}
		all[p.Name] = map[string]any{
			"dtype": tensorflowType(p.DType), "name": p.Name + ":0",
			"tensor_shape": map[string]any{"dim": dims, "unknown_rank": false},
		}
	}
	return all
}

// tensorflowType is TensorFlow's name of an element type.
func tensorflowType(d runtime.DType) string {
	switch d {
	case runtime.Int32:
		return "DT_INT32"
	case runtime.Int64:
		return "DT_INT64"
	case runtime.Bool:
		return "DT_BOOL"
	case runtime.String:
		return "DT_STRING"
	}
	return "DT_FLOAT"
}
