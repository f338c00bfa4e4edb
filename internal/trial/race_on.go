//go:build race

package trial

// detector is how many times as much memory and time the race detector takes.
const detector = 4
