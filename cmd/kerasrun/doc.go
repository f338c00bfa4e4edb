// Command kerasrun runs, inspects, edits and fine-tunes Keras model files.
//
// What belongs here: one file for each verb, command_NAME.go, which turns flags
// into calls of the packages below and their results into text; what several
// verbs share stands beside them. Reading and writing rows of data belongs in
// internal/table.
//
// Every verb exits with 0 when it did what it was asked, 1 when that failed or
// answers differ, and 2 when it was asked wrongly. Results go to the standard
// output, progress and messages to the standard error.
package main
