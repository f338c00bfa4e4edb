// Package report writes a lab.Comparison as one page for people: tables and drawings,
// no script and nothing to fetch.
//
// What belongs here: what the page shows and its template. How lines become pixels is
// internal/chart's, what is measured lab's.
package report
