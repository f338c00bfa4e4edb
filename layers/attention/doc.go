// Package attention holds the layers of keras/src/layers/attention, and what those with
// several heads share (heads.go).
package attention
