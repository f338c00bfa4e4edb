// Package trial takes a model file through all that a user does with it, load,
// compile and predict, and judges what happened: how it ended, how long it took
// and what memory it asked for.
//
// It is what the fuzz targets, the mutator and the hostile files share. What
// they feed it belongs to them; what a trustworthy loader must keep to belongs
// here.
package trial
