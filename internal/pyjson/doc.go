// Package pyjson reads and writes JSON as Python's json module does, with NaN and
// Infinity. It bounds the depth of what it reads, and writes keys in order and
// floats so that they stay floats.
//
// What belongs here: the text format. What a configuration means belongs in
// keras/internal/spelling.
package pyjson
