// Package custom reads blocks: files that say which Keras graph of stock layers a
// custom class is, so that models which hold the class can be loaded. A block is
// data; nothing of it, and nothing of the class, is ever run.
//
// What belongs here: the form of a block, and how its parameters are put in. What
// the graph means is for package spelling and the layers, as with any model; where
// the weights of the class lie in a file is said by layers.Custom.
package custom
