// Package examples holds programs that show how kerasrun is used from Go; each
// folder is one. Shorter examples stand in the documentation of the packages.
package examples
