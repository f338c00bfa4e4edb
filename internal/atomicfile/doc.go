// Package atomicfile writes files that appear whole or not at all.
//
// What belongs here: temporary names, their renaming, and what happens to them
// when a run is killed. What is written is not its business.
package atomicfile
