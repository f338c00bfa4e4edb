// Package examples holds programs that show how kerasrun is used from Go; each
// folder is one, and its test runs it. Shorter examples stand in the documentation
// of the packages.
//
//	service      rows over HTTP: batches, timeouts, a queue that says no, the model in the binary
//	embeddings   what an inner layer gives: the rows that the model sees as most alike
//	customlayer  a layer of one's own class: two weights, an option, a mask
//	finetune     a positive head, training, and a file that Keras opens
//	wasm         a model in the browser
//
// deploy is no program: an image, and manifests of Kubernetes and KServe, for
// kerasrun serve. A test of cmd/kerasrun holds their arguments to its flags.
package examples
