// Package chart draws line charts as PNG and SVG: the pictures of a training's
// history.
//
// What belongs here: as much of drawing as that needs. It is small on purpose: a
// plotting library would make up half of the command and cost every start of
// it.
package chart
