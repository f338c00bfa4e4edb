// Command mutate damages model files in the ways that files are damaged, and in
// those that an attacker would choose, and tries every one: load, compile,
// predict. It exits 1, and keeps the file, when one makes the process panic, hang
// or take memory, or ends in an error of no known type (package trial).
//
//	go run ./internal/mutate [-share 0.1] [-seed 1] [-keep DIR] [FILE…]
//
// By default it takes 100 files of testdata/models and makes 200 mutants of each:
// bytes, words and blocks changed, structures and configurations changed, members
// of archives changed. Checksums are repaired where the format has them, so that
// damage reaches what stands behind them. A run is repeatable: mutant k of a file
// depends on the seed, the file's name and k alone.
//
// With -generate N it makes N hostile files from nothing instead, and rows for a
// model: deep, wide, doubling and cyclic ones, long names, huge numbers, archives
// that unpack to much. Under the limits for servers each must end in two seconds of
// CPU and 300 MB.
package main
