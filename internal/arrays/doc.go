// Package arrays turns NumPy arrays into tensors and back.
//
// What belongs here: the one conversion between the element types of package npz
// and those of package runtime, and what it refuses.
package arrays
