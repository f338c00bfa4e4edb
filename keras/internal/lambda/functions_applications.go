package lambda

import "strings"

// preprocessing lists the modes of preprocess_input of the modules of
// keras.applications (keras/src/applications); "" leaves images alone.
var preprocessing = map[string]string{
	"vgg16": "caffe", "vgg19": "caffe", "resnet": "caffe", "resnet50": "caffe", "densenet": "torch",
	"inception_v3": "tf", "inception_resnet_v2": "tf", "xception": "tf", "mobilenet": "tf", "mobilenet_v2": "tf", "nasnet": "tf", "resnet_v2": "tf",
	"mobilenet_v3": "", "efficientnet": "", "efficientnet_v2": "", "convnext": "",
}

// applicationFunctions are the preprocessing of images by keras.applications.
var applicationFunctions = map[string]func(*machine, *call) any{
	"keras.applications.imagenet_utils.preprocess_input": func(m *machine, c *call) any {
		a := c.take("x data_format=None mode=caffe")
		mode, _ := a[2].(string)
		return m.preprocess(a[0], a[1], mode)
	},
}

func init() {
	for name, mode := range preprocessing {
		applicationFunctions["keras.applications."+name+".preprocess_input"] = func(m *machine, c *call) any {
			a := c.take("x data_format=None")
			return m.preprocess(a[0], a[1], mode)
		}
	}
}

// isApplications reports whether a path is keras.applications or one of its
// modules that preprocess images.
func isApplications(path string) bool {
	name, ok := strings.CutPrefix(path, "keras.applications")
	_, known := preprocessing[strings.TrimPrefix(name, ".")]
	return ok && (name == "" || name == ".imagenet_utils" || known)
}

// preprocess brings images with channels last to what a network was trained on.
func (m *machine) preprocess(x, format any, mode string) any {
	if format != nil && format != "channels_last" {
		panic(refuse("preprocess_input of %s", show(format)))
	}
	n := m.operand(x)
	three := func(a, b, c float64) *Array { return &Array{[]any{a, b, c}, "float32"} }
	switch mode {
	case "":
		return n
	case "tf":
		return m.binary("-", m.binary("/", n, 127.5), 1.0)
	case "torch":
		centered := m.binary("-", m.binary("/", n, 255.0), three(0.485, 0.456, 0.406))
		return m.binary("/", centered, three(0.229, 0.224, 0.225))
	case "caffe":
		turned := m.subscript(n, Tuple{Ellipsis{}, Slice{Step: int64(-1)}})
		return m.binary("-", turned, three(103.939, 116.779, 123.68))
	}
	panic(refuse("preprocess_input in the mode %q", mode))
}
