package keras

// isOldOperation recognises the layers into which TensorFlow's Keras 2 wrapped
// calls of TensorFlow functions.
func isOldOperation(class string) bool {
	switch class {
	case "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceMethod", "InstanceProperty":
		return true
	}
	return false
}

// operation2 renames an operation of Keras 2 to that of Keras 3.
func (u *upgrade) operation2(s spec, c map[string]any) {
	u.unsupported("the TensorFlow function %s as a layer", short(c["function"]))
}
