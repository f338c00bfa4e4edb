// Package chart draws charts: as PNG and SVG files, as SVG inside of a page whose
// style gives the colors, and as dots of braille in a terminal.
//
//	chart.go vector.go raster.go    the lines of a training's history, as a file
//	figure.go                       lines with bands, dots and bars, for a page
//	braille.go                      a curve in a terminal
//
// What belongs here: as much of drawing as finetune --plot and heads need. It is small
// on purpose; RATIONALE.md says what a plotting library would weigh.
package chart
