package keras

// withoutTuples writes what Keras 2 marks as a tuple or a shape of TensorFlow as
// the list that it is, in place: {"class_name": "__tuple__", "items": [1, 2]}
// (keras/saving/legacy/saved_model/json_utils.py). v is decoded JSON, whose
// depth the parser has bounded.
func withoutTuples(v any) any {
	switch x := v.(type) {
	case []any:
		for i, e := range x {
			x[i] = withoutTuples(e)
		}
	case map[string]any:
		if items, ok := x["items"].([]any); ok && len(x) == 2 && (x["class_name"] == "__tuple__" || x["class_name"] == "TensorShape") {
			return withoutTuples(items)
		}
		for k, e := range x {
			x[k] = withoutTuples(e)
		}
	}
	return v
}
