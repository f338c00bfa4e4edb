// Package spelling rewrites configurations of every Keras into the spelling of
// today's, Keras 3. Where a meaning changed under the same name it writes the old
// meaning out as an explicit option, so that layers know no version.
//
// What belongs here: keras1.go, keras2.go and keras3.go, one for each era, with
// what is large enough for a file of its own beside them (graphs, operations,
// Lambdas, merges). Where weights lie in a file belongs in package keras; what a
// layer computes belongs in package layers.
package spelling
