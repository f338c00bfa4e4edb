// Package merging holds the layers of keras/src/layers/merging, which make one tensor of
// several, and the rules for their masks (base_merge.go).
package merging
