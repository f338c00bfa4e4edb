// Package keras reads model files of every Keras, 1.0 to 3.x, into a [Model]:
// legacy .h5, .keras archives and files of weights alone. It runs, edits and
// saves models.
//
// [Load] reads a Model, [Model.Compile] makes a [Program] of it, and that answers:
// [Program.Predict] for rows of numbers, [Program.Run] for named tensors, and
// [Program.PredictInto] and [Program.RunInto] into the caller's memory. Models and
// Programs do not change and are for any number of goroutines. [Threads] says how
// to compile for a service, [Outputs] how to get at what an inner layer gives.
//
// At the door everything becomes today's Keras: package internal/spelling, a file for
// each era, rewrites an old configuration into the Keras 3 spelling, writing an
// old meaning out as an explicit option; the weights_*.go files bring each era's
// weights into today's layout. Behind the door there is one spelling and no
// version. What is needed to write a file back in its own style is kept beside
// the model, in [Origin].
//
// Nothing in a file is executed, a load opens nothing but the model (a file, a
// folder, or a configuration and its weights), and sizes are checked against
// [Limits] before memory is taken.
//
// What belongs here: file formats and versions of Keras. What a layer computes
// belongs in package layers.
package keras
